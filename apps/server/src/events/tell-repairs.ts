import type { Log } from '../log.ts'
import type { LineListener } from './watch-store.ts'

/**
 * Says when lines were moved out of the log because its end was not whole. A crash leaves such an end, and so
 * does somebody who has changed one of the last lines: an operator has to look.
 */
export function tellRepairs(log: Log): LineListener {
  return {
    opened() {},
    take(lines) {
      for (const { line } of lines) {
        if (!('_meta' in line) || line._meta.event !== 'log-repaired') continue
        const { cut_bytes: bytes, cut_file: file } = line._meta.detail ?? {}
        if (bytes === undefined) continue
        const where = file === undefined ? '' : ` and moved to ${file}`
        log(`WARNING: the end of the audit log was not whole: ${bytes} bytes were cut off${where}`)
      }
    }
  }
}
