/** Writes entries with many writers until it is killed, and says which were acknowledged. */
import { writeSync } from 'node:fs'
import { fileAuditStore } from '../../src/file/index.ts'
import { openAuditLog } from '../../src/index.ts'
import { entryOf } from './entries.ts'
import { signerOf } from './log-keys.ts'

const [path = '', writers = '64'] = process.argv.slice(2)
writeSync(1, 'started\n')
const log = await openAuditLog({
  store: fileAuditStore({ path, rotation: { maxBytes: 150_000 } }),
  signer: signerOf('log.test'),
  redact: false,
  checkpointEvery: { lines: 100 }
})
writeSync(1, 'opened\n')
await Promise.all(
  Array.from({ length: Number(writers) }, async (_, writer) => {
    for (let i = 0; ; i++) {
      const { hash } = await log.append(entryOf(i, { agent_id: `w${writer}` }))
      writeSync(1, `${hash}\n`)
    }
  })
)
