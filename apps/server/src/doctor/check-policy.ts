import { loadPolicyFile } from '@agentguard/policy/node'
import { formatIssue } from '../policy/format-issue.ts'
import { formatSize } from '../policy/loaded-policy.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Loads a policy file and passes on what is to be said about it. */
export async function checkPolicy(file: string): Promise<Finding[]> {
  const loaded = await loadPolicyFile(file)
  const see = `Run: agentguard validate ${file}`
  if (!loaded.ok) return loaded.issues.map((issue) => fail('policy', formatIssue(file, issue), see))
  return [
    ok('policy', `${file}: ${loaded.policy.document.name}, ${formatSize(loaded)}`),
    ...loaded.warnings.map((issue) => warn('policy_warning', formatIssue(file, issue), see))
  ]
}
