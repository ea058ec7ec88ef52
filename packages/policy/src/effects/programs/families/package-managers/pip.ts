import type { Word } from '../../../shell/word.ts'
import { connectTo, read, unknown } from '../../outcomes.ts'
import { type ProgramSpec, program } from '../../program.ts'
import type { Profile, ProgramEffect } from '../../program-effect.ts'
import { sliceWord, wordOf } from '../../slice-word.ts'
import { repositoryEffects } from '../git/remote-url.ts'

const address = /^(?:[\w.[\]-]+\s*@\s*)?(?:git|hg|svn|bzr)?\+?(?=[a-z][a-z+]*:\/\/)/i

/** What installing a named thing adds: a connection, when the name is an address. */
export function packageEffects(word: Word): readonly ProgramEffect[] {
  const { prefix, text } = word
  const match = address.exec(prefix)
  if (match !== null) {
    const url = sliceWord(word, match[0].length)
    return /^https?:/i.test(url.prefix)
      ? [{ kind: 'connect', form: 'url', target: url }]
      : repositoryEffects(url)
  }
  if (/^(?:git@|ssh:|[\w.-]+@[\w.-]+:)/.test(prefix)) return repositoryEffects(word)
  const [, service] = /^(github|gitlab|bitbucket|gist):/.exec(prefix) ?? []
  if (service !== undefined)
    return connectTo(wordOf(service === 'bitbucket' ? 'bitbucket.org' : `${service}.com`, word))
  const [file] = /^(?:file:(?!\/\/)|(?=[./~]))/.exec(prefix) ?? []
  if (file !== undefined) return read({ ...sliceWord(word, file.length), isPossible: true })
  if (text === undefined && prefix === '')
    return [unknown('which package is meant is not known', word)]
  return /^(?![@.~])[\w-]+\/[\w.-]+(?:#.*)?$/.test(prefix)
    ? connectTo(wordOf('github.com', word))
    : []
}

/** A list of packages is a file, or has an address. */
export function listEffects(list: Word): readonly ProgramEffect[] {
  return /^[a-z][a-z+]*:\/\//i.test(list.prefix) ? packageEffects(list) : read(list)
}

const installing: ProgramSpec = {
  options: {
    harmless:
      'q,quiet v,verbose U,upgrade user force-reinstall I,ignore-installed no-deps no-cache-dir pre no-input disable-pip-version-check dry-run upgrade-strategy: no-build-isolation no-warn-script-location break-system-packages only-binary: no-binary: prefer-binary no-clean require-hashes no-color timeout: retries: progress-bar: exists-action: editable-mode: platform: python-version: y,yes format: o,outdated l,local f files no-warn-conflicts exclude: not-required trusted-host: system root-user-action: uptodate i include-editable exclude-editable all check debug',
    place: 'index-url: extra-index-url: find-links:',
    listed: 'r,requirement: c,constraint:',
    editable: 'e,editable:',
    writes: 't,target: d,dest: w,wheel-dir: src: cache-dir: log: report:',
    unknown:
      'python: root: prefix: proxy: global-option: install-option: build-option: C,config-settings: config-setting: cert: client-cert: use-feature: use-deprecated: keyring-provider: no-index isolated require-virtualenv user-agent:'
  },
  roles: {
    place: ({ value }) => (value === undefined ? [] : packageEffects(value)),
    editable: ({ value }) => (value === undefined ? [] : packageEffects(value)),
    listed: ({ value }) => (value === undefined ? [] : listEffects(value))
  },
  operands: (words) => words.flatMap(packageEffects)
}

const commands =
  /^(?:install|uninstall|list|show|freeze|check|download|wheel|cache|index|hash|debug|inspect|help|search|sync|compile|tree)$/
const install = program({
  ...installing,
  options: {
    ...installing.options,
    place: 'i,index-url: extra-index-url: f,find-links:',
    harmless: (installing.options?.['harmless'] ?? '')
      .replace(' f files', ' files')
      .replace(' i include', ' include')
  }
})
const others = program({ ...installing, operands: () => [] })

/** pip, by subcommand. */
export const pip: Profile = (args) => {
  const at = args.findIndex(({ prefix }) => !prefix.startsWith('-'))
  const command = args[at]
  if (command === undefined) return others(args)
  const name = command.text ?? ''
  const own = others(args.slice(0, at))
  const rest = args.slice(at + 1)
  if (name === 'config' && /^(?:list|get|debug)$/.test(rest[0]?.text ?? '')) return own
  if (!commands.test(name)) return [...own, unknown('a subcommand is not understood', command)]
  return [...own, ...(/^(?:install|download|wheel)$/.test(name) ? install : others)(rest)]
}
