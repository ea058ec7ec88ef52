import { forEachChild, type Script, type SyntaxNode } from './parse-script.ts'

/**
 * Whether a script has a substitution that nobody has walked. The walk takes each construct by its
 * own meaning and could forget one; this takes all alike.
 */
export function overlookedScript(script: Script, walked: ReadonlySet<Script>): boolean {
  let isOverlooked = false
  const visit = (node: SyntaxNode): void => {
    if (isOverlooked) return
    if (node.type === 'Script' && !walked.has(node)) isOverlooked = true
    else forEachChild(node, visit)
  }
  visit(script)
  return isOverlooked
}
