import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cliReference, referenceMarks } from './cli-reference.ts'

const file = join(import.meta.dirname, '../../../docs/cli.md')
const text = readFileSync(file, 'utf8')
const { start, end } = referenceMarks
const [before = ''] = text.split(start)
const [, after = ''] = text.split(end)
writeFileSync(file, `${before}${start}\n\n${cliReference()}\n${end}${after}`)
