import { randomUUID } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, fail, ok, warn } from './finding.ts'

const lowBytes = 1024 ** 3
const emptyBytes = 100 * 1024 ** 2

/** File systems by the numbers of Linux (statfs(2)). */
const network: ReadonlyMap<number, string> = new Map([
  [0x69_69, 'NFS'],
  [0xff_53_4d_42, 'CIFS'],
  [0xfe_53_4d_42, 'SMB'],
  [0x51_7b, 'SMB'],
  [0x01_02_19_97, '9P'],
  [0x00_c3_64_00, 'Ceph'],
  [0x65_73_55_46, 'FUSE']
])
const passing: ReadonlyMap<number, string> = new Map([
  [0x01_02_19_94, 'tmpfs: it is lost when the machine or container stops'],
  [0x79_4c_76_30, 'the layer of a container: it is lost with the container']
])

/** Looks at a data directory: is it there, whose is it, can it be written to, and will it last? */
export async function checkVolume(directory: string): Promise<Finding[]> {
  try {
    const stats = await stat(directory)
    if (!stats.isDirectory()) {
      return [fail('volume', `${directory} is no directory`, 'Give --data-dir a directory.')]
    }
    return [
      await checkWritable(directory),
      checkMode(directory, stats.mode),
      ...(await checkFileSystem(directory))
    ]
  } catch (error) {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      const fix = 'serve makes it at its start. Or make it: mkdir -m 700.'
      return [warn('volume', `${directory} is not there yet`, fix)]
    }
    return [
      fail(
        'volume',
        `${directory} cannot be looked at: ${message}`,
        'Look at its owner and rights.'
      )
    ]
  }
}

/** Writes, syncs, renames and deletes, as the server does. */
async function checkWritable(directory: string): Promise<Finding> {
  const file = join(directory, `.agentguard-doctor-${randomUUID()}`)
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile('x')
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(file, `${file}.2`)
    return ok('volume', `${directory} can be written to`)
  } catch (error) {
    const { message } = error as Error
    return fail(
      'volume',
      `${directory} cannot be written to: ${message}`,
      'Look at its owner and rights, and at the disk.'
    )
  } finally {
    await rm(file, { force: true })
    await rm(`${file}.2`, { force: true })
  }
}

function checkMode(directory: string, mode: number): Finding {
  if (process.platform === 'win32' || (mode & 0o077) === 0) {
    return ok('volume_mode', `${directory} is closed to other users`)
  }
  const shown = (mode & 0o777).toString(8)
  const fix = `Run: chmod 700 ${directory}`
  return mode & 0o022
    ? fail('volume_mode', `other users can write to ${directory} (mode ${shown})`, fix)
    : warn('volume_mode', `other users can look into ${directory} (mode ${shown})`, fix)
}

async function checkFileSystem(directory: string): Promise<Finding[]> {
  const { bavail, bsize, type } = await statfs(directory)
  return [checkSpace(bavail * bsize), ...checkKind(type)]
}

function checkSpace(bytes: number): Finding {
  const mebibytes = Math.floor(bytes / 1024 ** 2)
  const fix = 'Make room, or set --audit-max-backups: when the disk is full, everything is denied.'
  if (bytes < emptyBytes) return fail('volume_space', `only ${mebibytes} MiB are free`, fix)
  if (bytes < lowBytes) return warn('volume_space', `only ${mebibytes} MiB are free`, fix)
  return ok('volume_space', `${mebibytes} MiB are free`)
}

function checkKind(type: number): Finding[] {
  const remote = network.get(type)
  if (remote !== undefined) {
    const message = `the data directory is on ${remote}: locks and syncs may not hold there`
    return [
      warn('volume_kind', message, 'Use a local disk: SQLite and the audit log rely on both.')
    ]
  }
  const lost = passing.get(type)
  if (lost === undefined) return []
  return [warn('volume_kind', `the data directory is on ${lost}`, 'Mount a volume for --data-dir.')]
}
