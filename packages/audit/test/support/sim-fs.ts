import type { LogFile, LogFileStat, LogFs } from '../../src/file/index.ts'
import { below } from './random.ts'

/** What is asked of the file system, for faults to be chosen by. */
export interface FsOperation {
  readonly name: 'open' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory'
  readonly path: string
}

/** Something that goes wrong. */
export type Fault =
  | { readonly code: string }
  /** Only so many bytes are written. */
  | { readonly short: number }

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly size: number }

interface Inode {
  data: Buffer
  /** What is on the disk for sure. */
  synced: Buffer
  /** What happened since. */
  changes: Change[]
  modifiedAt: number
}

/**
 * A file system in memory that fails when it is told to, and that loses power.
 *
 * What was not synced may then be lost, in any part and any order.
 */
export class SimFs implements LogFs {
  fault: (operation: FsOperation) => Fault | undefined = () => undefined
  /** How long a sync takes. */
  delay: () => Promise<void> = async () => {}
  /** How many bytes all files may have together. */
  capacity: number = Number.POSITIVE_INFINITY
  #names = new Map<string, Inode>()
  #nameChanges: ((names: Map<string, Inode>) => void)[] = []
  #syncedNames = new Map<string, Inode>()

  async open(path: string, mode: Parameters<LogFs['open']>[1]): Promise<LogFile> {
    this.#check({ name: 'open', path })
    const known = this.#names.get(path)
    if (mode === 'read' && !known) throw failure('ENOENT')
    if (mode === 'create' && known) throw failure('EEXIST')
    const isSynced = mode === 'append-synced'
    if (known) return this.#file(path, known, isSynced)
    const empty = Buffer.alloc(0)
    const inode = { data: empty, synced: empty, changes: [], modifiedAt: Date.now() }
    this.#changeNames((names) => names.set(path, inode))
    return this.#file(path, inode, isSynced)
  }

  async list(directory: string): Promise<string[]> {
    return [...this.#names.keys()]
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1))
  }

  async stat(path: string): Promise<LogFileStat | undefined> {
    const inode = this.#names.get(path)
    if (!inode) return undefined
    const identity = identityOf(inode)
    return { size: inode.data.length, modifiedAt: inode.modifiedAt, identity }
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check({ name: 'rename', path: from })
    if (!this.#names.has(from)) throw failure('ENOENT')
    this.#changeNames((names) => {
      const inode = names.get(from)
      if (!inode) return
      names.set(to, inode)
      names.delete(from)
    })
  }

  async remove(path: string): Promise<void> {
    this.#check({ name: 'remove', path })
    this.#changeNames((names) => names.delete(path))
  }

  async touch(): Promise<void> {}

  async syncDirectory(path: string): Promise<void> {
    this.#check({ name: 'syncDirectory', path })
    this.#syncedNames = new Map(this.#names)
    this.#nameChanges = []
  }

  /** The file system as it may come up again when the power is cut now. */
  afterPowerLoss(random: () => number): SimFs {
    const next = new SimFs()
    const names = new Map(this.#syncedNames)
    // A file system with a journal keeps the order of what it does to names.
    const kept = this.#nameChanges.slice(0, below(random, this.#nameChanges.length + 1))
    for (const change of kept) change(names)
    for (const [path, inode] of names) {
      // The process that held it is gone; that such a lock is stale is tested with real processes.
      if (path.endsWith('.lock')) continue
      const data = whatIsLeft(inode, random)
      next.#names.set(path, { data, synced: data, changes: [], modifiedAt: 0 })
    }
    next.#syncedNames = new Map(next.#names)
    return next
  }

  read(path: string): Buffer {
    return this.#names.get(path)?.data ?? Buffer.alloc(0)
  }

  put(path: string, data: Buffer): void {
    this.#names.set(path, { data, synced: data, changes: [], modifiedAt: 0 })
    this.#syncedNames.set(path, this.#names.get(path) as Inode)
  }

  #changeNames(change: (names: Map<string, Inode>) => void): void {
    change(this.#names)
    this.#nameChanges.push(change)
  }

  #check(operation: FsOperation): Fault | undefined {
    const fault = this.fault(operation)
    if (fault && 'code' in fault) throw failure(fault.code)
    return fault
  }

  #file(path: string, inode: Inode, isSynced: boolean): LogFile {
    const sync = async (): Promise<void> => {
      await this.delay()
      this.#check({ name: 'sync', path })
      inode.synced = inode.data
      inode.changes = []
    }
    let isClosed = false
    return {
      write: async (bytes) => {
        if (isClosed) throw failure('EBADF')
        const fault = this.#check({ name: 'write', path })
        const used = [...this.#names.values()].reduce((sum, { data }) => sum + data.length, 0)
        const room = Math.max(0, this.capacity - used)
        if (room === 0 && bytes.length > 0) throw failure('ENOSPC')
        const most = fault && 'short' in fault ? fault.short : bytes.length
        const taken = Buffer.from(bytes.subarray(0, Math.min(most, room)))
        inode.changes.push({ at: inode.data.length, bytes: taken })
        inode.data = Buffer.concat([inode.data, taken])
        if (isSynced) await sync()
        return taken.length
      },
      read: async (into, position) => inode.data.copy(into, 0, position),
      size: async () => inode.data.length,
      identity: async () => identityOf(inode),
      truncate: async (size) => {
        this.#check({ name: 'truncate', path })
        inode.data = Buffer.from(inode.data.subarray(0, size))
        inode.changes.push({ size })
      },
      sync,
      close: async () => {
        isClosed = true
      }
    }
  }
}

const identities = new WeakMap<Inode, string>()
let lastIdentity = 0

function identityOf(inode: Inode): string {
  const identity = identities.get(inode) ?? `${++lastIdentity}`
  identities.set(inode, identity)
  return identity
}

const sectorBytes = 512

/** Some of the changes since the last sync, and of those some sectors. */
function whatIsLeft({ synced, changes }: Inode, random: () => number): Buffer {
  let data = Buffer.from(synced)
  for (const change of changes) {
    if ('size' in change) {
      if (random() < 0.5) data = Buffer.from(data.subarray(0, change.size))
      continue
    }
    for (let from = 0; from < change.bytes.length; from += sectorBytes) {
      if (random() < 0.3) continue
      const sector = change.bytes.subarray(from, from + sectorBytes)
      const end = change.at + from + sector.length
      if (end > data.length) data = Buffer.concat([data, Buffer.alloc(end - data.length)])
      sector.copy(data, change.at + from)
    }
  }
  return data
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}
