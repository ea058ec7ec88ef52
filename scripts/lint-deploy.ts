// Checks what the server is deployed with, as far as that goes without a container engine or a cluster:
// `node scripts/lint-deploy.ts`. The linters are pinned in deploy/requirements.txt and live in .tools.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const wanted = readFileSync(join(root, 'deploy', 'requirements.txt'), 'utf8')
const tools = join(root, '.tools', 'deploy-lint')
const bin = join(tools, 'bin')

install()
run(join(bin, 'hadolint'), ['Dockerfile'])
run(join(bin, 'kubernetes-validate'), [
  ...['--kubernetes-version', '1.34', '--strict', '--quiet'],
  'deploy/kubernetes/agentguard.yaml'
])
verifyUnit('deploy/systemd/agentguard.service')
if (has('nginx') && has('openssl')) verifyNginx('deploy/nginx/agentguard.conf')
else console.log('deploy: nginx or openssl is not here; its file is passed over')
console.log('deploy: all files are fine')

function install(): void {
  const stamp = join(tools, 'installed.txt')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(tools, { recursive: true, force: true })
  run('python3', ['-m', 'venv', tools])
  run(join(bin, 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    'deploy/requirements.txt'
  ])
  writeFileSync(stamp, wanted)
}

/** systemd looks for the command too, and it is not installed here: another takes its place. */
function verifyUnit(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'agentguard-unit-'))
  try {
    const text = readFileSync(join(root, file), 'utf8')
    const copy = join(folder, 'agentguard.service')
    writeFileSync(copy, text.replace('ExecStart=/usr/local/bin/agentguard', 'ExecStart=/bin/true'))
    run('systemd-analyze', ['verify', '--man=no', copy])
    run('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', copy])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** nginx reads the certificate and binds the ports, so it gets one of our own, and others. */
function verifyNginx(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'agentguard-nginx-'))
  try {
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const kind = ['-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=agentguard.example.com']
    run('openssl', ['req', ...kind, '-out', certificate, '-keyout', key])
    const text = readFileSync(join(root, file), 'utf8')
      .replace(/ssl_certificate +\S+;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key +\S+;/, `ssl_certificate_key ${key};`)
      .replaceAll(/listen \d+/g, 'listen unix:PLACE')
      .replace('unix:PLACE', `unix:${join(folder, 'a')}`)
      .replace('unix:PLACE', `unix:${join(folder, 'b')}`)
    const config = join(folder, 'nginx.conf')
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${join(folder, name)};`)
      .join(' ')
    const log = `error_log ${join(folder, 'log')}; pid ${join(folder, 'pid')};`
    writeFileSync(config, `${log} events {} http { access_log off; ${paths} ${text} }`)
    run('nginx', ['-t', '-q', '-c', config, '-p', folder])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function has(command: string): boolean {
  return spawnSync(command, ['version']).error === undefined
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8'
  })
  if (status === 0) return
  console.error(
    `${command} ${args.join(' ')} failed\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`
  )
  process.exit(1)
}
