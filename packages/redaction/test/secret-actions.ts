import type { ActionRequest } from '@agentguard/protocol'

/** Ways in which agents pass a secret, each with a place for it. */
const places: readonly ((secret: string) => ActionRequest)[] = [
  (s) => ({
    scope: 'shell',
    command: `curl -H "Authorization: Bearer ${s}" https://api.example.com`
  }),
  (s) => ({ scope: 'shell', command: `curl -H 'X-Api-Key: ${s}' https://api.example.com/a?b=c` }),
  (s) => ({ scope: 'shell', command: `curl -u bob:${s} https://example.com` }),
  (s) => ({ scope: 'shell', command: `PGPASSWORD=${s} psql -h db -c 'select 1'` }),
  (s) => ({ scope: 'shell', command: `export GITHUB_TOKEN='${s}' && gh pr list` }),
  (s) => ({ scope: 'shell', command: `mysql -u root -p${s} app` }),
  (s) => ({ scope: 'shell', command: `mysqldump --password="${s}" app > dump.sql` }),
  (s) => ({ scope: 'shell', command: `vault login --token ${s}` }),
  (s) => ({ scope: 'shell', command: `git clone https://x-access-token:${s}@github.com/a/b.git` }),
  (s) => ({ scope: 'shell', command: `curl -d '{"password":"${s}","a":1}' https://example.com` }),
  (s) => ({ scope: 'shell', command: `curl -d "{\\"api_key\\":\\"${s}\\"}" https://example.com` }),
  (s) => ({
    scope: 'shell',
    command: `curl --cookie-jar j -H "Cookie: session=${s}; a=b" https://example.com`
  }),
  (s) => ({ scope: 'shell', command: `cat > .env <<EOF\nSECRET_KEY=${s}\nDEBUG=1\nEOF` }),
  (s) => ({ scope: 'shell', command: `echo "db_password: ${s}" >> config.yaml` }),
  (s) => ({ scope: 'network', url: `https://example.com/v1/items?access_token=${s}&page=2` }),
  (s) => ({ scope: 'network', url: `postgres://app:${s}@db.internal:5432/app`, action: 'connect' }),
  (s) => ({ scope: 'network', url: `https://example.com/#id_token=${s}`, domain: 'example.com' }),
  (s) => ({ scope: 'filesystem', action: 'write', path: `/tmp/token=${s}` }),
  (s) => ({
    scope: 'mcp_tool',
    command: 'web:fetch',
    meta: { arg_headers: `{"Authorization":"Bearer ${s}"}` }
  }),
  (s) => ({ scope: 'mcp_tool', command: 'web:fetch', meta: { arg_password: s } }),
  (s) => ({
    scope: 'mcp_tool',
    command: 'run',
    meta: { arg_argv: JSON.stringify(['x', '--api-key', s]) }
  }),
  (s) => ({ scope: 'mcp_tool', command: 'write', meta: { arg_text: `<password>${s}</password>` } }),
  (s) => ({
    scope: 'mcp_tool',
    command: 'x',
    actions: [{ scope: 'network', url: `https://u:${s}@h/` }]
  }),
  (s) => ({
    scope: 'data',
    command: `client_secret = "${s}"`,
    agent_id: 'agent',
    session_id: `token=${s}`
  }),
  (s) => ({
    scope: 'shell',
    command: 'ls',
    agent_id: `Bearer ${s}`,
    meta: { [`secret=${s}`]: 'x' }
  })
]

/** Secrets with characters of every kind that needs no quotes. */
function secretOf(index: number): string {
  const kinds = ['Zq', 'Zq-', 'Zq_', 'Zq.', 'Zq+', 'Zq~']
  return `${kinds[index % kinds.length]}${(index * 7919 + 104729).toString(36)}x${index}Q`
}

/** Actions with one secret each, known to the test. */
export function secretActions(
  count: number
): readonly { readonly action: ActionRequest; readonly secret: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const secret = secretOf(index)
    const place = places[index % places.length] as (secret: string) => ActionRequest
    return { secret, action: place(secret) }
  })
}
