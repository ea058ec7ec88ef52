import { cleanPath } from '../clean-path.ts'

/** What a path is to Windows, where it can be one. */
export interface WindowsPath {
  /** Cleaned, with slashes; a drive stays in front. Undefined where there is nothing to add. */
  readonly text: string | undefined
  /** The host that a UNC path leads to. */
  readonly host?: string
  readonly unknown?: string
}

const device = /^(?:[\\/]{2}[?.]|\\\?\?)[\\/]/
const unc = /^\\[\\/]([^\\/]*)(?:[\\/]|$)/
const drive = /^[a-z]:(?=[\\/]|$)/i
const driveRelative = /^[a-z]:[^\\/]/i

/** A name that Windows made shorter: which one it stands for only the disk knows. */
const shortName = /(?:^|[\\/])[^.~ \\/]{1,6}~\d(?:\.[^.\\/]{0,3})?(?:[\\/]|$)/

/** Reads a path as Windows does; undefined for one that says nothing else there. */
export function windowsPath(path: string): WindowsPath | undefined {
  if (!mayBeWindows.test(path)) return undefined
  if (device.test(path)) return devicePath(path.replace(device, ''))
  const host = unc.exec(path)?.[1]
  if (host !== undefined) {
    return { text: slashed(path), host, unknown: 'the path is on another machine' }
  }
  if (drive.test(path)) return { text: onDrive(path), ...doubt(path) }
  if (driveRelative.test(path)) {
    return { text: undefined, unknown: 'the path depends on the directory of a drive' }
  }
  const text = path.includes('\\') ? slashed(path) : undefined
  return /[\\/]/.test(path) ? { text, ...doubt(path) } : { text }
}

const mayBeWindows = /\\|^[a-z]:|~\d|^\/\/[?.]\//i

function devicePath(rest: string): WindowsPath {
  const share = /^unc[\\/]+([^\\/]*)/i.exec(rest)
  if (share) {
    const unknown = 'the path is on another machine'
    return { text: slashed(`//${rest.slice(4)}`), host: share[1] as string, unknown }
  }
  const text = drive.test(rest) ? onDrive(rest) : slashed(`/${rest}`)
  return { text, unknown: 'the path names a device of Windows' }
}

function doubt(path: string): { readonly unknown?: string } {
  return shortName.test(path) ? { unknown: 'the path has a shortened name' } : {}
}

function slashed(path: string): string {
  return cleanPath(path.replaceAll('\\', '/'))
}

function onDrive(path: string): string {
  return `${path.slice(0, 2)}${cleanPath(`/${path.slice(2).replaceAll('\\', '/')}`)}`
}
