import type { PolicyDocument } from '../document.ts'
import type { PolicyIssue } from '../issue.ts'
import { readAliases } from './aliases.ts'
import { decodeBytes } from './decode-bytes.ts'
import { decodeDocument } from './decode-document.ts'
import { createDecoder } from './decoder.ts'
import { createIssueList, type IssueList, placeIssue } from './issue-list.ts'
import { readYaml, type YamlFault, type YamlText } from './read-yaml.ts'
import { showText } from './show-text.ts'

export type LoadedPolicy =
  | {
      readonly ok: true
      readonly document: PolicyDocument
      readonly warnings: readonly PolicyIssue[]
      /** Rules of the base rule sets. */
      readonly ruleCount: number
      /** Distinct scopes of the base rule sets. */
      readonly scopeCount: number
    }
  | {
      readonly ok: false
      /** Never empty. The first is what AgentGuard 1.0 reports where it refuses the file too. */
      readonly issues: readonly PolicyIssue[]
    }

/**
 * Loads the text of a policy file: reads its YAML, decodes it and checks it, all of it at once.
 *
 * Pure, and never throws: a text that is no policy has issues. Bytes are UTF-8, or UTF-16 with a
 * byte order mark.
 */
export function loadPolicy(text: string | Uint8Array): LoadedPolicy {
  const decoded = typeof text === 'string' ? text : decodeBytes(text)
  if (decoded === undefined) return refuseEncoding
  const yaml = readYaml(decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded)
  // What a malformed text decodes to is guesswork, so nothing more is said of it.
  return yaml.faults.length > 0 ? refuseYaml(yaml) : loadDocument(yaml)
}

function loadDocument({ root, locate }: YamlText): LoadedPolicy {
  const issues = createIssueList(locate)
  const aliases = readAliases(root)
  addFaults(issues, aliases.faults)
  const decoder = createDecoder(aliases, issues)
  const { document, versionOffset } = decodeDocument(decoder, root, locate)
  const found = issues.ordered()
  if (found.length > 0) return { ok: false, issues: found }
  if (document.version !== '1') {
    const shown = showText(document.version)
    const message = `version ${shown} is not known, the file is read as version \`1\``
    const path = 'version'
    decoder.warnings.push({ code: 'unknown_version', path, offset: versionOffset, message })
  }
  const warnings = decoder.warnings
    .sort((a, b) => a.offset - b.offset)
    .map((warning) => placeIssue(warning, locate))
  return { ok: true, document, warnings, ...count(document) }
}

function count({ rules }: PolicyDocument): { ruleCount: number; scopeCount: number } {
  let ruleCount = 0
  for (const { allow, deny, require_approval } of rules) {
    ruleCount += allow.length + deny.length + require_approval.length
  }
  return { ruleCount, scopeCount: new Set(rules.map(({ scope }) => scope)).size }
}

function refuseYaml({ faults, locate }: YamlText): LoadedPolicy {
  const issues = createIssueList(locate)
  addFaults(issues, faults)
  return { ok: false, issues: issues.ordered() }
}

function addFaults(issues: IssueList, faults: readonly YamlFault[]): void {
  for (const { code, offset, message } of [...faults].sort((a, b) => a.offset - b.offset)) {
    const text = `parsing policy YAML: ${message}`
    issues.add({ code, path: '', offset, message: text, stage: 'yaml' })
  }
}

const refuseEncoding: LoadedPolicy = {
  ok: false,
  issues: [
    {
      code: 'invalid_encoding',
      path: '',
      line: 1,
      column: 1,
      message: 'parsing policy YAML: the text is neither UTF-8 nor UTF-16'
    }
  ]
}
