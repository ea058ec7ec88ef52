import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../../..')

/**
 * What is asked: each needs its effects found, and none is answered by a limit. Pipes, redirections, paths and
 * addresses, as agents of the default policy write them; one in eight is denied.
 */
export const mix: readonly string[] = [
  { scope: 'shell', command: 'git status' },
  { scope: 'shell', command: 'cat workspace/src/main.ts | grep -n "TODO" | head -20' },
  { scope: 'shell', command: 'git diff --stat && git log --oneline -5 > /tmp/log.txt' },
  { scope: 'shell', command: 'grep -rn "createServer" workspace/src workspace/test' },
  { scope: 'filesystem', action: 'read', path: 'workspace/src/../README.md' },
  { scope: 'filesystem', action: 'write', path: '/tmp/build/out.json' },
  { scope: 'network', url: 'https://API.github.com/repos/a/b/issues?state=open' },
  { scope: 'shell', command: 'cd /tmp; X=1 sudo -u root rm -rf "$HOME/.cache"' }
].map((action, at) =>
  JSON.stringify({
    ...action,
    agent_id: `agent-${at % 4}`,
    session_id: 'session-1',
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
