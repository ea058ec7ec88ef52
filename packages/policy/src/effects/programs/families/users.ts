import { elsewhere, runsOrShell } from '../carry.ts'
import { type Family, family } from '../family.ts'
import { runAssigned, script, unknown } from '../outcomes.ts'

const asksOnly = /^(?:K|remove-timestamp|k|reset-timestamp|l|list|v|validate|V|version)$/

/** Programs that run others as another user. */
export const users: Family = family({
  doas: {
    options: { harmless: 'n u: L', unknown: 'a: C: s' },
    order: 'first',
    operands: runsOrShell
  },
  sudo: {
    options: {
      harmless:
        'b,background B,bell E preserve-env? H,set-home K,remove-timestamp k,reset-timestamp l,list n,non-interactive P,preserve-groups p,prompt: S,stdin v,validate V C,close-from: T,command-timeout: u,user: g,group: U,other-user: N,no-update',
      shell: 'i,login s,shell',
      elsewhere: 'D,chdir: R,chroot:',
      unknown: 'A,askpass e,edit h host: r,role: t,type: a,auth-type: c,login-class:'
    },
    roles: { ...elsewhere, shell: () => [] },
    order: 'first',
    operands: (words, { options }) => {
      if (options.some(({ name }) => asksOnly.test(name)) && words.length === 0) return []
      const usesShell = options.some(({ role }) => role === 'shell')
      const expands = words.filter(({ text }) => usesShell && /\$/.test(text ?? '$'))
      return [
        ...expands.map((word) => unknown('a shell expands the word again', word)),
        ...(words.length === 0 ? runsOrShell(words) : runAssigned(words))
      ]
    }
  },
  'su runuser': {
    options: {
      harmless: 'm,p,preserve-environment l,login P,pty h V G,supp-group: g,group:',
      command: 'c,command: session-command:',
      user: 'u,user:',
      unknown: 'f,fast s,shell: w,whitelist-environment:'
    },
    roles: {
      command: ({ value }) => (value === undefined ? [] : script(value, 'sh')),
      user: () => []
    },
    operands: (words, { options }) => {
      if (options.some(({ role }) => role === 'user')) return runsOrShell(words)
      const users = words.filter(({ text }) => text !== '-')
      const hasCommand = options.some(({ role }) => role === 'command')
      if (hasCommand && users.length < 2) return []
      return [unknown('a shell reads further commands', users[1])]
    }
  }
})
