import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { AuditMetaLine } from '@agentguard/protocol'
import { AuditError } from '../audit-error.ts'
import type { AuditStore, StoredLine, StoreOpenOptions } from '../audit-store.ts'
import { type ChainHead, emptyChain, type SealedLine } from '../chain/chain.ts'
import { timeOf } from '../chain/log-line.ts'
import { keyNames, lineKeys } from '../query/line-keys.ts'
import { sortableTime } from '../query/sortable-time.ts'
import { expiredParts, type Retention } from '../retention/expired-parts.ts'
import { TreeFrontier } from '../tree/tree-frontier.ts'
import { scanCondition } from './scan-condition.ts'
import { auditSchema } from './schema.ts'

/** Where a log in SQLite keeps its lines, and how long. */
export interface SqliteAuditStoreOptions {
  /** The database. It stays open when the log is closed. */
  readonly database: DatabaseSync
  /**
   * After how many lines a part of the log is closed. Retention deletes whole parts.
   *
   * @defaultValue 100 000
   */
  readonly partLines?: number
  readonly retention?: Retention
  readonly now?: () => number
}

const batchLines = 500

/**
 * Lines in a table of an SQLite database.
 *
 * Two processes may write to one table: the one that comes second fails, reads where the chain stands
 * by then, and goes on from there.
 */
export function sqliteAuditStore(options: SqliteAuditStoreOptions): AuditStore {
  const { database, partLines = 100_000, retention = {}, now = Date.now } = options
  database.exec(auditSchema)
  const insertLine = database.prepare(
    `insert into audit_lines (seq, at, ${keyNames.join(', ')}, text) values (?, ?, ${keyNames
      .map(() => '?')
      .join(', ')}, ?)`
  )
  const readHead = database.prepare('select size, hash, tree from audit_chain where id = 1')
  const writeHead = database.prepare(
    'insert or replace into audit_chain (id, size, hash, tree) values (1, ?, ?, ?)'
  )
  const startPart = database.prepare(
    'insert into audit_parts (first_seq, started_at) values (?, ?)'
  )
  const addBytes = database.prepare(
    'update audit_parts set bytes = bytes + ? where first_seq = (select max(first_seq) from audit_parts)'
  )
  const readParts = database.prepare(
    'select first_seq, started_at, bytes from audit_parts order by 1'
  )

  let record: StoreOpenOptions['record'] = async () => undefined
  let firstOfPart = 0
  let size = 0

  function currentHead(): ChainHead {
    const row = readHead.get()
    if (!row) return emptyChain
    const roots: string[] = JSON.parse(String(row['tree']))
    const known = Number(row['size'])
    return { size: known, hash: String(row['hash']), tree: new TreeFrontier(known, roots) }
  }

  function partRows(): { first: number; startedAt: number; bytes: number }[] {
    return readParts.all().map((row) => ({
      first: Number(row['first_seq']),
      startedAt: Number(row['started_at']),
      bytes: Number(row['bytes'])
    }))
  }

  function insert(lines: readonly SealedLine[]): void {
    const { head } = lines.at(-1) as SealedLine
    let bytes = 0
    for (const sealed of lines) {
      if ((sealed.line as AuditMetaLine)._meta?.seal) startPart.run(sealed.seq, now())
      insertLine.run(...rowOf(sealed))
      bytes += sealed.text.length
    }
    addBytes.run(bytes)
    writeHead.run(head.size, head.hash, JSON.stringify(head.tree.roots))
  }

  async function append(lines: readonly SealedLine[]): Promise<void> {
    inTransaction(database, () => insert(lines))
    size = (lines.at(-1) as SealedLine).head.size
  }

  /** Deletes parts that are too old or too many. What is deleted is written down first. */
  async function prune(): Promise<void> {
    const rows = partRows()
    const closed = rows.slice(0, -1).map(({ bytes }, index) => {
      const next = rows[index + 1] as (typeof rows)[number]
      return { bytes, closedAt: next.startedAt, endSeq: next.first }
    })
    const last = expiredParts(closed, retention, now()).at(-1)
    if (!last) return
    await record('parts-deleted', { through_seq: last.endSeq - 1 })
    inTransaction(database, () => {
      database.prepare('delete from audit_lines where seq < ?').run(last.endSeq)
      database.prepare('delete from audit_parts where first_seq < ?').run(last.endSeq)
    })
  }

  return {
    async open({ durability, record: recordEvent }) {
      record = recordEvent
      database.exec('pragma journal_mode = wal')
      database.exec(`pragma synchronous = ${durability === 'fsync' ? 'full' : 'normal'}`)
      const head = currentHead()
      size = head.size
      firstOfPart = partRows().at(-1)?.first ?? 0
      const header = { schema_version: 2, created_at: new Date(now()).toISOString() }
      return head.size === 0 ? { head, header } : { head }
    },
    append,
    isRotationDue: () => size - firstOfPart >= partLines,
    async rotate(seal) {
      const line = seal({ schema_version: 2, created_at: new Date(now()).toISOString() })
      await append([line])
      firstOfPart = line.seq
      prune().catch(() => {})
    },
    async *scan({ filter, order, after, signal }) {
      const { where, values } = scanCondition(filter)
      const sign = order === 'asc' ? '>' : '<'
      const select = database.prepare(
        `select seq, text from audit_lines where seq ${sign} ? ${where} order by seq ${order} limit ${batchLines}`
      )
      let from = after ?? (order === 'asc' ? -1 : Number.MAX_SAFE_INTEGER)
      for (;;) {
        signal?.throwIfAborted()
        const lines = select.all(from, ...values).map(storedLine)
        if (lines.length === 0) return
        yield { lines, bytes: lines.reduce((sum, { text }) => sum + text.length, 0) }
        from = (lines.at(-1) as StoredLine).position
      }
    },
    async *parts() {
      yield { name: 'audit_lines', chunks: () => chunksOf(database) }
    },
    async replace(line) {
      const keys = keyValues(line as SealedLine['line'])
      const set = keyNames.map((column) => `${column} = ?`).join(', ')
      const update = database.prepare(`update audit_lines set ${set}, text = ? where seq = ?`)
      const { changes } = update.run(...keys, JSON.stringify(line), line.seq as number)
      if (changes === 0) throw new AuditError('not_found', 'there is no such line')
    },
    async close() {}
  }
}

async function* chunksOf(database: DatabaseSync): AsyncGenerator<Uint8Array> {
  const select = database.prepare(
    `select seq, text from audit_lines where seq > ? order by seq limit ${batchLines}`
  )
  let from = -1
  for (;;) {
    const lines = select.all(from).map(storedLine)
    if (lines.length === 0) return
    yield Buffer.from(lines.map(({ text }) => `${text}\n`).join(''))
    from = (lines.at(-1) as StoredLine).position
  }
}

function storedLine(row: Record<string, unknown>): StoredLine {
  return { position: Number(row['seq']), text: String(row['text']) }
}

function rowOf({ seq, line, text }: SealedLine): SQLInputValue[] {
  return [seq, sortableTime(timeOf(line)) ?? '', ...keyValues(line), text]
}

/** The values of the columns that lines are found by. */
function keyValues(line: SealedLine['line']): (string | null)[] {
  const keys = lineKeys(line)
  return keyNames.map((_, index) => keys[index] ?? null)
}

function inTransaction(database: DatabaseSync, run: () => void): void {
  database.exec('begin immediate')
  try {
    run()
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
