/**
 * The policy of a team that lets an agent work on its code: what it reads, builds and tests runs by
 * itself, what leaves the machine or cannot be undone is asked about, and some of it is refused.
 */
export const codingPolicy: string = `version: "1"
name: coding
rules:
  - scope: shell
    deny:
      - pattern: "sudo *"
      - pattern: "rm -rf /*"
      - pattern: "rm -rf ~*"
      - pattern: "mkfs*"
      - pattern: "dd *"
      - pattern: "shutdown *"
      - pattern: "git push --force*"
    require_approval:
      - pattern: "git push *"
      - pattern: "git reset --hard *"
      - pattern: "git clean *"
      - pattern: "rm *"
      - pattern: "npm publish *"
      - pattern: "docker push *"
      - pattern: "ssh *"
      - pattern: "curl *"
      - pattern: "wget *"
    allow:
${'ls pwd cat head tail wc grep rg find sed awk sort uniq cut tr diff comm echo printf test [ true false : cd mkdir touch cp mv tee xargs date which command type file stat du df basename dirname realpath env export set unset read sleep wait kill ps jq tree less seq exit git npm npx pnpm yarn node tsc eslint prettier vitest jest python python3 pytest pip ruff mypy black go cargo rustc make cmake gcc docker tar gzip gunzip unzip zip chmod ln id whoami uname hostname nproc source . bash sh time timeout local return shift declare let trap'
  .split(' ')
  .map((name) => `      - pattern: "${name} *"`)
  .join('\n')}
      - pattern: "bash scripts/build.sh"
      - pattern: "sh scripts/test.sh"
  - scope: filesystem
    deny:
      - paths: ["**/.env", "**/.ssh/**", "**/*.pem", "/etc/shadow"]
    allow:
      - {action: read, paths: ["**"]}
      - {action: write, paths: ["/tmp/**", "src/**", "docs/**", "test/**", "build/**", "dist/**", "*", "packages/**", "scripts/**"]}
      - {action: delete, paths: ["/tmp/**", "build/**", "dist/**", "src/**", "*"]}
  - scope: network
    deny: [{class: metadata}, {class: private}]
    allow: [{domain: "*.npmjs.org"}, {domain: github.com}, {domain: "*.github.com"}, {domain: pypi.org}, {class: loopback}]
`
