import { writeFileSync } from 'node:fs'
import { createDocument } from '../src/openapi/create-document.ts'
import { renderReference } from './render-reference.ts'

const docs = new URL('../../../docs/', import.meta.url)
const document = createDocument()
writeFileSync(new URL('openapi.json', docs), `${JSON.stringify(document, null, 2)}\n`)
writeFileSync(new URL('api.md', docs), renderReference(document))
