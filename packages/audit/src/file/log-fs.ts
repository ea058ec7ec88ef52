/** What the file driver needs of a file system. Failures are those of Node: errors with a `code`. */
export interface LogFs {
  /**
   * Opens a file. `read`: it must be there. `append`: it is made when it is missing, for its owner only.
   * `append-synced`: the same, and what is written survives a loss of power when the write resolves.
   * `create`: it must not be there yet.
   */
  open(path: string, mode: OpenMode): Promise<LogFile>
  /** The names in a directory. */
  list(directory: string): Promise<string[]>
  /** What is known of a file; `undefined` when there is none. */
  stat(path: string): Promise<LogFileStat | undefined>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Says that a file is still in use. */
  touch(path: string): Promise<void>
  /** Makes what happened to the names in a directory survive a loss of power. */
  syncDirectory(directory: string): Promise<void>
}

/** What is known of a file without opening it. */
export interface LogFileStat {
  readonly size: number
  readonly modifiedAt: number
  /** Tells it from any other file that has its name before or after it. */
  readonly identity: string
}

/** What a file is opened for. */
export type OpenMode = 'read' | 'append' | 'append-synced' | 'create'

/** An open file. */
export interface LogFile {
  /** Writes at the end. Returns how many bytes were written, which may be less than were given. */
  write(bytes: Uint8Array): Promise<number>
  /** Reads at a position. Returns how many bytes there were, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>
  size(): Promise<number>
  /** The same as that of its `stat`, while it has its name. */
  identity(): Promise<string>
  truncate(size: number): Promise<void>
  /** Makes everything that was written survive a loss of power. */
  sync(): Promise<void>
  close(): Promise<void>
}
