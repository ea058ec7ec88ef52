import { writeFileSync } from 'node:fs'
import { createJsonSchema } from './create-json-schema.ts'

const text = JSON.stringify(createJsonSchema(), null, 2)
writeFileSync(new URL('../schema.json', import.meta.url), `${text}\n`)
