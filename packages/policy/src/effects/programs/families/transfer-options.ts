import type { Word } from '../../shell/word.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { wordOf } from '../slice-word.ts'

const settings =
  /^(?:StrictHostKeyChecking|BatchMode|ConnectTimeout|ConnectionAttempts|ServerAliveInterval|ServerAliveCountMax|LogLevel|IdentitiesOnly|Port|User|PreferredAuthentications|PasswordAuthentication|PubkeyAuthentication|KbdInteractiveAuthentication|GSSAPIAuthentication|Compression|TCPKeepAlive|NumberOfPasswordPrompts|AddressFamily|Ciphers|MACs|KexAlgorithms|HostKeyAlgorithms|PubkeyAcceptedKeyTypes|PubkeyAcceptedAlgorithms|CheckHostIP|VisualHostKey|UpdateHostKeys|RequestTTY|ControlMaster|ControlPersist)[ =]|^Forward(?:Agent|X11)[ =]no$/i

/** What the value of `-o` of ssh, scp and sftp does: settings that run nothing and go nowhere else. */
export function sshSetting(value: Word | undefined, at: Word): readonly ProgramEffect[] {
  const isKnown =
    value?.isSingle === true &&
    value.text !== undefined &&
    settings.test(value.text) &&
    !/[|`$\n]/.test(value.text)
  const [, hosts] = /^UserKnownHostsFile[ =]([^\s"]+)$/i.exec(value?.text ?? '') ?? []
  if (value !== undefined && hosts !== undefined) return write(wordOf(hosts, value))
  const [, file] =
    /^(?:GlobalKnownHostsFile|IdentityFile|CertificateFile)[ =]([^\s"]+)$/i.exec(
      value?.text ?? ''
    ) ?? []
  if (value !== undefined && file !== undefined) return read(wordOf(file, value))
  return isKnown ? [] : [unknown('a setting of ssh may run programs', value ?? at)]
}
