import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../../..')

/** Stands in each body, for a number of as many digits that makes it one that was never asked before. */
export const anyNumber = '0000000'

/**
 * What is asked: each needs its effects found, and none is answered by a limit. Pipes, redirections, paths and
 * addresses, as agents of the default policy write them; one in eight is denied. Each is in a session of its own.
 */
export const mix: readonly string[] = [
  { scope: 'shell', command: `git status src/${anyNumber}` },
  { scope: 'shell', command: `cat workspace/src/${anyNumber}.ts | grep -n "TODO" | head -20` },
  { scope: 'shell', command: `git diff --stat && git log --oneline -5 > /tmp/${anyNumber}.txt` },
  { scope: 'shell', command: `grep -rn "createServer" workspace/src workspace/${anyNumber}` },
  { scope: 'filesystem', action: 'read', path: `workspace/src/../${anyNumber}.md` },
  { scope: 'filesystem', action: 'write', path: `/tmp/build/${anyNumber}.json` },
  { scope: 'network', url: `https://API.github.com/repos/a/b/issues/${anyNumber}` },
  { scope: 'shell', command: `cd /tmp/${anyNumber}; X=1 sudo -u root rm -rf "$HOME/.cache"` }
].map((action, at) =>
  JSON.stringify({
    ...action,
    agent_id: `agent-${at % 4}`,
    session_id: `session-${at}`,
    meta: { tool: 'bash', transport: 'sdk' }
  })
)

/** The rules that ship, with limits that nobody reaches, and without notifications. */
export async function policyText(): Promise<string> {
  const text = await readFile(join(root, 'configs/default.yaml'), 'utf8')
  const [rules = ''] = text.split(/^notifications:/m)
  return rules
    .replaceAll(/max_requests: \d+/g, 'max_requests: 1000000000')
    .replaceAll(/burst: \d+/g, 'burst: 1000000000')
}
