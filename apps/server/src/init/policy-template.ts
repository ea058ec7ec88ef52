/** What an agent is for. */
export type AgentKind = 'coding' | 'research' | 'tools'

/** What becomes of what cannot be taken back. */
export type RiskAnswer = 'ask' | 'deny'

/** The answers that a first policy is made of. */
export interface InitAnswers {
  readonly kind: AgentKind
  /** Where the agent reads and writes, without a slash at the end. */
  readonly workspace: string
  readonly risk: RiskAnswer
}

/** A policy, and the cases that say what it promises. */
export interface FirstPolicy {
  readonly policy: string
  readonly cases: string
}

/** Why a directory cannot be a workspace; undefined if it can. */
export function workspaceProblem(workspace: string): string | undefined {
  if (workspace === '') return 'a directory is missing'
  if (workspace.startsWith('~')) {
    return 'write the home directory out, as in /home/me/work: whose ~ is meant is not known here'
  }
  if (/^\.?\/*$/.test(workspace) || workspace.startsWith('./')) {
    return 'name a directory of its own, as the actions name it, such as workspace or /srv/work'
  }
  if (/[*?[\]{}]/.test(workspace))
    return 'a directory with * ? [ ] { or } would be read as a pattern'
  if (/[\p{Cc}\p{Cf}]/u.test(workspace)) return 'a directory with control characters is none'
  return workspace.split('/').includes('..')
    ? 'a path with .. is refused by every policy'
    : undefined
}

/** Writes a first policy, with comments, and its cases. `policyFile` is named in the cases. */
export function writePolicy(answers: InitAnswers, policyFile: string): FirstPolicy {
  const { kind, workspace, risk } = answers
  const rules = [shellRules(answers), fileRules(workspace), ...kindRules(answers)]
  const policy = `# The policy of a ${kind} agent, made by \`agentguard init\`. It is yours: change it.
#
#   - deny wins over require_approval, and that over allow. The order of the rules does not matter.
#   - What no rule matches is denied. So list what is fine; the rest needs no rule.
#   - \`*\` is any text, also none. In paths, \`**\` is any number of directories.
#
# agentguard validate ${policyFile}
# agentguard test ${policyFile.replace(/\.(ya?ml)$/, '.test.$1')}
# agentguard check --policy ${policyFile} --scope shell --command 'ls -la' --explain

version: "1"
name: ${kind}-agent
description: ${quote(descriptions[kind])}

rules:
${rules.join('\n')}`
  const cases = `# What ${policyFile} promises. Each case is an action and the decision that it must get.
policy: ${quote(policyFile)}

cases:
${casesOf(answers, risk).join('\n')}
`
  return { policy, cases }
}

const descriptions: Readonly<Record<AgentKind, string>> = {
  coding: 'Edits, builds, tests and commits in one directory.',
  research: 'Reads the web and writes notes in one directory.',
  tools: 'Uses tools of MCP servers: what reads is free, what changes something is not.'
}

const looking = ['ls *', 'cat *', 'grep *', 'head *', 'tail *', 'wc *', 'pwd']
const building = [
  'git status*',
  'git diff*',
  'git log*',
  'git add *',
  'git commit *',
  'npm test*',
  'npm run *',
  'make *'
]
const risky = ['git push*', 'npm install *', 'pip install *', 'curl *', 'wget *', 'rm *']

function shellRules({ kind, risk }: InitAnswers): string {
  const allowed = kind === 'coding' ? [...looking, ...building] : looking
  return `  # What it may run. A command that is not in \`allow\` is denied.
  - scope: shell
    deny:
      - pattern: "sudo *"
        message: Not as administrator. Ask a person to run this.
      - pattern: "rm -rf /*"
        message: Delete inside the workspace, by relative path.
      # Tokens and keys, whichever command names them. A regex finds its text anywhere.
      - regex: '\\.(ssh|aws|gnupg|kube|docker)/'
        message: Credentials are off limits.
${risk === 'deny' ? riskyRules('deny') : ''}${risk === 'ask' ? `\n    # A person decides: agentguard pending, or the page that the answer names.\n    require_approval:\n${riskyRules('ask')}` : ''}
    allow:
${allowed.map(pattern).join('\n')}

    # An agent in a loop is stopped.
    rate_limit: { max_requests: 120, window: 1m }
`
}

function riskyRules(risk: RiskAnswer): string {
  const message = risk === 'deny' ? '\n        message: Ask a person to do this.' : ''
  const comment =
    risk === 'deny' ? '      # What cannot be taken back, or brings in what nobody has read.\n' : ''
  return `${comment}${risky.map((text) => `${pattern(text)}${message}`).join('\n')}\n`
}

function fileRules(workspace: string): string {
  const inside = quote(`${workspace}/**`)
  return `  # Which files it may touch.
  - scope: filesystem
    deny:
      # Without \`action\`: reading, too.
      - paths: ["**/.ssh/**", "**/.aws/**", "**/.env", "**/.env.*", "**/*.pem", "**/*.key"]
        message: Credentials are off limits.
      # Writing these runs code later, outside of these rules.
      - action: write
        paths: ["**/.git/hooks/**", "**/.bashrc", "**/.zshrc", "**/.profile"]
        message: Start-up files and hooks are not the agent's.
    allow:
      - action: read
        paths: [${inside}]
      - action: write
        paths: [${inside}]
`
}

function kindRules({ kind, risk }: InitAnswers): string[] {
  if (kind === 'tools') {
    const changing = risk === 'ask' ? 'require_approval' : 'deny'
    return [
      `  # Which tools it may use, by \`server:tool\`.
  - scope: mcp_tool
    ${changing}:
${['*write*', '*delete*', '*update*', '*create*', '*send*'].map(pattern).join('\n')}
    allow:
${['*read*', '*get*', '*list*', '*search*'].map(pattern).join('\n')}
`
    ]
  }
  const hosts =
    kind === 'research'
      ? ['*.wikipedia.org', 'arxiv.org', '*.arxiv.org', 'github.com']
      : ['registry.npmjs.org', 'pypi.org', 'github.com']
  return [
    `  # Which hosts it may reach. List them; \`*\` would also be your own network.
  - scope: network
    allow:
${hosts.map((host) => `      - domain: ${quote(host)}`).join('\n')}
`
  ]
}

function casesOf({ kind, workspace }: InitAnswers, risk: RiskAnswer): string[] {
  const risked = risk === 'ask' ? 'REQUIRE_APPROVAL' : 'DENY'
  const cases: readonly (readonly [name: string, action: object, expected: string])[] = [
    ['looking around is allowed', { scope: 'shell', command: 'ls -la' }, 'ALLOW'],
    ['administrator rights are refused', { scope: 'shell', command: 'sudo ls' }, 'DENY'],
    ['deleting everything is refused', { scope: 'shell', command: 'rm -rf /' }, 'DENY'],
    ['reading a key is refused', { scope: 'shell', command: 'cat ~/.ssh/id_ed25519' }, 'DENY'],
    [
      'pushing is for people to decide',
      { scope: 'shell', command: 'git push origin main' },
      risked
    ],
    ['what is not listed is refused', { scope: 'shell', command: 'mkfs.ext4 /dev/sda1' }, 'DENY'],
    [
      'writing in the workspace is allowed',
      { scope: 'filesystem', action: 'write', path: `${workspace}/notes.md` },
      'ALLOW'
    ],
    [
      'writing elsewhere is refused',
      { scope: 'filesystem', action: 'write', path: '/etc/hosts' },
      'DENY'
    ],
    [
      'secrets of the workspace are refused',
      { scope: 'filesystem', action: 'read', path: `${workspace}/.env` },
      'DENY'
    ],
    kind === 'tools'
      ? ['a tool that reads is allowed', { scope: 'mcp_tool', command: 'files:read_file' }, 'ALLOW']
      : ['a listed host is allowed', { scope: 'network', domain: 'github.com' }, 'ALLOW'],
    kind === 'tools'
      ? ['a tool that deletes is not', { scope: 'mcp_tool', command: 'files:delete_file' }, risked]
      : ['another host is refused', { scope: 'network', domain: 'example.net' }, 'DENY']
  ]
  return cases.map(
    ([name, action, expected]) =>
      `  - name: ${name}\n    action: ${JSON.stringify(action)}\n    expect: ${expected}`
  )
}

function pattern(text: string): string {
  return `      - pattern: ${quote(text)}`
}

/** A text in double quotes, which YAML reads as JSON does. */
function quote(text: string): string {
  return JSON.stringify(text)
}
