import { AuditError } from '../audit-error.ts'
import type { AuditStore, StoredLine } from '../audit-store.ts'
import { type ChainHead, emptyChain } from '../chain/chain.ts'
import type { LogLine } from '../chain/log-line.ts'

/** Lines in memory, for tests and for trying things out. They are gone with the process. */
export function memoryAuditStore(): AuditStore {
  const texts: string[] = []
  const heads: ChainHead[] = []
  return {
    async open({ keep }) {
      if (keep) {
        texts.length = keep.size
        heads.length = keep.size
      }
      const head = heads.at(-1)
      if (head) return { head }
      return {
        head: emptyChain,
        header: { schema_version: 2, created_at: new Date().toISOString() }
      }
    },
    async append(lines) {
      for (const { text, head } of lines) {
        texts.push(text)
        heads.push(head)
      }
    },
    isRotationDue: () => false,
    async rotate() {},
    async *scan({ order, after }) {
      const all: StoredLine[] = texts.map((text, position) => ({ position, text }))
      const lines =
        order === 'asc'
          ? all.slice(Math.max(0, (after ?? -1) + 1))
          : all.slice(0, Math.max(0, after ?? all.length)).reverse()
      yield { lines, bytes: lines.reduce((sum, { text }) => sum + text.length, 0) }
    },
    async *parts() {
      yield {
        name: 'memory',
        async *chunks() {
          for (const text of texts) yield Buffer.from(`${text}\n`)
        }
      }
    },
    async replace(line: LogLine) {
      if (line.seq === undefined || texts[line.seq] === undefined) {
        throw new AuditError('not_found', 'there is no such line')
      }
      texts[line.seq] = JSON.stringify(line)
    },
    async close() {}
  }
}
