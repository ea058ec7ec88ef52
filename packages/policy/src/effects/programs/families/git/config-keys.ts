import type { Word } from '../../../shell/word.ts'
import { unknown } from '../../outcomes.ts'
import type { ProgramEffect } from '../../program-effect.ts'

/** Settings that change how git shows, names or joins things, and cannot name a program or a place. */
const harmless =
  /^(?:user\.(?:name|email|signingkey|useconfigonly)|author\.(?:name|email)|committer\.(?:name|email)|init\.defaultbranch|color\.[\w.-]+|column\.\w+|advice\.\w+|core\.(?:quotepath|autocrlf|eol|safecrlf|ignorecase|precomposeunicode|longpaths|filemode|abbrev|compression|bigfilethreshold|preloadindex|untrackedcache|logallrefupdates|whitespace|commentchar)|commit\.(?:gpgsign|verbose|cleanup|status)|tag\.(?:gpgsign|sort)|pull\.(?:rebase|ff)|push\.(?:default|autosetupremote|followtags)|fetch\.(?:prune|prunetags|parallel|writecommitgraph)|merge\.(?:ff|conflictstyle|renamelimit|log|stat)|rebase\.(?:autosquash|autostash|updaterefs|stat|abbreviatecommands)|diff\.(?:renames|renamelimit|algorithm|colormoved|colormovedws|context|interhunkcontext|mnemonicprefix|noprefix|submodule|statgraphwidth|suppressblankempty|wserrorhighlight|indentheuristic)|log\.(?:date|decorate|abbrevcommit|follow|showsignature)|status\.\w+|branch\.(?:autosetupmerge|autosetuprebase|sort)|rerere\.(?:enabled|autoupdate)|gc\.(?:auto|autodetach)|pack\.(?:threads|windowmemory|packsizelimit)|index\.(?:threads|version)|feature\.\w+|blame\.(?!ignorerevsfile)\w+|grep\.\w+|format\.pretty|versionsort\.suffix|checkout\.(?:guess|defaultremote|workers)|apply\.whitespace|http\.(?:postbuffer|lowspeedlimit|lowspeedtime|version)|protocol\.version)$/i

/** Programs that print their input or do nothing, as a setting names them. */
const quiet =
  /^(?:core\.pager=(?:cat|less)?|pager\.[\w-]+=(?:cat|less|false)?|(?:core|sequence)\.editor=(?:true|:|cat))$/i

/** What the value of git's `-c` does. */
export function settingEffects(word: Word): readonly ProgramEffect[] {
  const [key = ''] = word.prefix.split('=')
  const isWhole = word.text !== undefined || word.prefix.includes('=')
  if (word.isSingle && isWhole && harmless.test(key)) return []
  if (word.isSingle && quiet.test(word.text ?? '')) return []
  return [unknown('a setting of git may run programs', word)]
}

const asks = /^(?:get|get-all|get-regexp|get-urlmatch|get-color|get-colorbool|l|list)$/

/** What `git config` does: it shows settings, or changes one. */
export function configEffects(
  operands: readonly Word[],
  options: readonly { readonly name: string }[]
): readonly ProgramEffect[] {
  const [first, ...rest] = operands
  if (first === undefined || options.some(({ name }) => asks.test(name))) return []
  if (first.text === 'list' || first.text === 'get') return []
  const isVerb = first.text === 'set' || first.text === 'unset'
  if (!isVerb && rest.length === 0 && !options.some(({ name }) => changes.test(name))) {
    return first.isSingle ? [] : [unknown('which setting is meant is not certain', first)]
  }
  return isVerb ? change(rest[0] ?? first, rest[1]) : change(first, rest[0])
}

const changes = /^(?:add|replace-all|unset|unset-all)$/

function change(key: Word, value: Word | undefined): readonly ProgramEffect[] {
  const name = key.isSingle ? key.text : undefined
  if (name !== undefined && (harmless.test(name) || quiet.test(`${name}=${value?.text ?? '?'}`))) {
    return []
  }
  return [unknown('a setting of git may run programs', key)]
}
