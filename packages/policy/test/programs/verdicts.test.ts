import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/compile-policy.ts'
import { checkerOf, denying } from './checker.ts'

describe('a command on a directory with something denied below it is never allowed', () => {
  const check = denying('**/.env', 'private/**')

  test.each([
    'grep -r x .',
    'grep -r x',
    'grep -rn x .. ',
    'grep -d recurse x .',
    'rg x',
    'rg x /',
    'ag x',
    'cp -r . x',
    'cp -a /w /tmp/x',
    'cp -r a/* b',
    'tar cf x.tar .',
    'tar cf x.tar -C / w',
    'zip -r a .',
    'mv . x',
    'mv /w /tmp/x',
    'ln -s /w x',
    'rsync -a ./ x/',
    'rsync -a --delete a/ b/',
    'scp -r . localhost:x',
    'rm -rf .',
    'rm -rf a',
    'rm -rf *',
    'rm -rf /',
    'find . -delete',
    'find . -exec rm {} +',
    'find . -exec cat {} +',
    'find . -name private -exec grep -r x {} +',
    "find . -exec echo -name '*.ts' ';' -exec cat {} +",
    "find . -name '*.ts' -o -exec cat {} +",
    'diff -r . /dev/null',
    'diff . /dev/null',
    'chmod -R 777 .',
    'chown -R me .',
    'docker run -v /w:/app alpine cat /app/.env',
    'docker build .',
    'docker cp . c:/x',
    'kubectl cp . pod:/x',
    'python3 -m http.server',
    'python3 -m http.server -d . 8000',
    'rgrep x .',
    'git clean -fdx',
    'python3 -m zipfile -c x.zip .',
    'tar xf a.tar',
    'unzip a.zip'
  ])('%s', (command) => {
    expect(check(command)).not.toBe('ALLOW')
  })

  test.each([
    'grep x a',
    'ls -R .',
    'rg --files',
    'mv a b',
    'mv a.ts b/',
    'cp a b',
    'rm -f a',
    'find . -type f',
    'chmod 644 a',
    'ln -s ../a b',
    'tar tf a.tar'
  ])('but not where it does not go below: %s', (command) => {
    expect(check(command)).toBe('ALLOW')
  })

  test.each([
    "find . -name '*.ts' -exec cat {} +",
    "find . -name '*.log' -delete",
    "grep -rn --include='*.ts' x a",
    "rg -g '*.{ts,tsx}' x a",
    "find a -name '*.ts' -print0 | xargs -0 cat"
  ])('or only to files with other names: %s', (command) => {
    expect(denying('**/.env', '**/*.pem')(command)).toBe('ALLOW')
  })

  test('or only to other directories', () => {
    const anchored = denying('private/**', '/etc/**', '~/.ssh/**')
    for (const command of [
      'grep -r x src',
      'rm -rf dist',
      'cp -r src dist',
      'tar xf a -C /tmp/x'
    ]) {
      expect(anchored(command)).toBe('ALLOW')
    }
    expect(anchored('grep -r x /home')).toBe('REQUIRE_APPROVAL')
    expect(anchored('grep -r x /')).toBe('REQUIRE_APPROVAL')
    expect(anchored('grep -r x .', { shell: 'bash' })).toBe('REQUIRE_APPROVAL')
    expect(anchored('grep -r x /repo', { shell: 'bash' })).toBe('REQUIRE_APPROVAL')
  })
})

test('links that are followed lead where nobody knows, when links are looked at', () => {
  const check = denying('secret/**')
  const context = { shell: 'bash', cwd: '/w', home: '/h', resolve: (path: string) => path } as const
  for (const command of ['grep -R x a', 'find -L a -name f -delete', 'tar chf - a', 'zip -r x a']) {
    expect(check(command, context)).toBe('REQUIRE_APPROVAL')
  }
  for (const command of ['grep -r x a', 'find a -name f -delete', 'tar cf x.tar a']) {
    expect(check(command, context)).toBe('ALLOW')
  }
})

describe('a file that an argument names is read or written', () => {
  const check = denying('/secret/**', '/out/**', '**/.env', 'dir/secretfile')

  test.each([
    'TMPDIR=/out mktemp',
    'mktemp -p /out',
    'mktemp -p /w ../out/x.XXX',
    `sqlite3 a.db "select "readfile"('/secret/f')"`,
    `sqlite3 a.db "select [readfile]('/secret/f')"`,
    `sqlite3 a.db "select readfile /**/ ('/secret/f')"`,
    `sqlite3 a.db "select data from fsdir('/secret')"`,
    `sqlite3 a.db ".output /out/x"`,
    "curl -F 'f=@i,/secret/f' http://localhost/",
    `curl -F 'f=@"/secret/f"' http://localhost/`,
    `curl -F 'f=<"/secret/f"' http://localhost/`,
    "curl -F 'f=x;headers=@/secret/f' http://localhost/",
    "curl -F 'f=@i;filename=x,/secret/f' http://localhost/",
    "curl -T '{i,/secret/f}' http://localhost/",
    'curl --url-query @/secret/f http://localhost/',
    'curl --url-query x@/secret/f http://localhost/',
    'curl --data-urlencode "x$y" http://localhost/',
    'gcc -include /secret/f -c a.c',
    'gcc -MMD -MF /out/x -c a.c',
    'gcc -M -MF/out/x a.c',
    'gcc -MT -o /secret/f.c',
    'python3 -m json.tool /secret/f',
    'python3 -m json.tool a /out/x',
    'python3 -m base64 -e /secret/f',
    'python3 -m tokenize /secret/f',
    'python3 -m ast /secret/f',
    'python3 -m dis /secret/f',
    'python3 -m py_compile /out/x.py',
    'python3 -m zipfile -c /out/x a',
    'python3 -m zipfile -e a.zip /out',
    'python3 -m tarfile -c x.tar /secret/f',
    'python3 -m venv /out/x',
    'git show :dir/secretfile',
    'git show HEAD:dir/secretfile',
    'git show "HEAD:$x"',
    'git show :0:.env',
    'git blame .env',
    'git diff .env',
    'git log -p -- .env',
    'git grep x -- .env',
    "git grep x -- '*.env'",
    "git grep x -- ':(glob)**/.env'",
    'git checkout HEAD -- .env'
  ])('%s', (command) => {
    expect(check(command)).not.toBe('ALLOW')
  })

  test.each([
    'mktemp',
    'mktemp -d',
    'mktemp -p /tmp x.XXX',
    'sqlite3 a.db "select 1"',
    'sqlite3 dev.db .tables',
    'sqlite3 dev.db ".schema users"',
    "psql -c '\\dt'",
    'npm pkg get version',
    'pnpm -r build',
    'yarn lint:fix',
    'docker compose logs -f --tail=100 web',
    "curl -F 'f=@a.txt;type=text/plain' http://localhost/",
    'curl -F a=b http://localhost/',
    'gcc -MMD -MF a.d -o a a.c',
    'python3 -m json.tool a.json',
    'python3 -m venv .venv',
    'git show HEAD:src/a.ts',
    'git diff main...feature -- src',
    "git grep x -- '*.ts'",
    'git checkout main',
    'find src -exec grep -l foo {} +'
  ])('and others are not: %s', (command) => {
    expect(denying('/secret/**', '/out/**', 'dir/secretfile')(command)).toBe('ALLOW')
  })
})

describe('the files of another machine are not those of this one', () => {
  const check = checkerOf(`    deny: [{ paths: ["**/.env", "/etc/shadow"] }]
    allow: [{ action: read, paths: ["src/**"] }]`)

  test.each([
    'kubectl exec -it web-0 -- ',
    'docker exec c ',
    'docker run alpine ',
    'ssh other.example '
  ])('no allow rule has to name them: %s', (runner) => {
    expect(check(`${runner}ls /app`)).toBe('ALLOW')
    expect(check('ls /app')).toBe('DENY')
    expect(check(`${runner}cat /etc/shadow`)).toBe('DENY')
    expect(check(`${runner}cat /app/.env`)).toBe('DENY')
    expect(check(`${runner}evil x`)).toBe('DENY')
    expect(check(`${runner}cat /app > /tmp/x`)).toBe('DENY')
  })

  test.each(['localhost', 'me@127.0.0.1', '::1', '$x'])('but %s may be this one', (host) => {
    expect(check(`ssh ${host} cat /secret`)).not.toBe('ALLOW')
  })

  test('a script for there is read, and what it writes is there', () => {
    expect(check("ssh other.example 'cd /app && ls > out'")).toBe('ALLOW')
    expect(check("ssh other.example 'cd /app; evil x'")).toBe('DENY')
  })
})

describe('a repository can be made of plain files, whose settings git follows', () => {
  const compiled = compilePolicy(
    'version: "1"\nname: git\nrules: [{scope: shell, allow: [{pattern: "*"}]}]\n'
  )
  if (!compiled.ok) throw new Error('the policy of this test does not load')
  const check = (command: string): string =>
    compiled.policy.check({ scope: 'shell', command }).decision

  test.each([
    "mkdir -p objects refs; echo 'ref: refs/heads/m' > HEAD; git status",
    'cp x r/HEAD',
    'mv x HEAD',
    'git init --bare r',
    'git clone --mirror a r',
    'echo x >> r.git/config',
    'echo x > .git/commondir'
  ])('%s is asked about', (command) => {
    expect(check(command)).toBe('REQUIRE_APPROVAL')
  })

  test.each(['mkdir -p refs objects', 'touch config', 'git init r', 'git show HEAD'])(
    '%s is not',
    (command) => {
      expect(check(command)).toBe('ALLOW')
    }
  )
})

describe('a rule for a method holds for how a request is really sent', () => {
  const compiled = compilePolicy(`version: "1"
name: methods
rules:
  - scope: shell
    allow: [{ pattern: "*" }]
  - scope: network
    deny: [{ action: POST }, { action: PUT }]
    allow: [{ domain: api.example }]
  - scope: filesystem
    allow: [{ action: read, paths: ["**"] }, { action: write, paths: ["**"] }]
`)
  if (!compiled.ok) throw new Error('the policy of this test does not load')
  const check = (command: string): string =>
    compiled.policy.check({ scope: 'shell', command }).decision

  test.each([
    'curl -d a=b https://api.example',
    'curl --data-raw a=b https://api.example',
    'curl --form-string a=b https://api.example',
    'curl -G -F a=b https://api.example',
    'curl -G -T f https://api.example',
    'curl -d a=b https://api.example --next -X GET https://api.example',
    'curl -X GET https://api.example --next -d a=b https://api.example',
    'wget --post-file=f https://api.example',
    'wget --post-data=a https://api.example',
    'http https://api.example'
  ])('%s is denied', (command) => {
    expect(check(command)).toBe('DENY')
  })

  test.each([
    'curl https://api.example',
    'curl -G -d a=b https://api.example',
    'curl -I https://api.example',
    'curl https://api.example --next https://api.example/x',
    'wget -O f https://api.example',
    'http GET https://api.example'
  ])('%s is not', (command) => {
    expect(check(command)).toBe('ALLOW')
  })
})

describe('what only another shell does with a builtin', () => {
  const check = denying('/w/secret/**')
  const zsh = { shell: 'zsh', cwd: '/w', home: '/home/me' } as const

  test('a directory with two names is not known', () => {
    expect(check('cd w w/secret && cat x', zsh)).not.toBe('ALLOW')
    expect(check('cd src && cat x', zsh)).toBe('ALLOW')
  })

  test('a number that is given to read is evaluated', () => {
    for (const command of ["read -t 'a[$(evil)]' x", 'read -t "$y" x', 'read -u $y x']) {
      expect(check(command, zsh)).not.toBe('ALLOW')
      expect(check(command, {})).not.toBe('ALLOW')
    }
    expect(check('read -t 5 x', zsh)).toBe('ALLOW')
    expect(check('read -t "$y" x')).toBe('ALLOW')
  })
})

test('a rule for all files does not take each word of an unknown program for one', () => {
  const check = denying('**', '/**')
  expect(check('terraform plan')).toBe('ALLOW')
  expect(check('terraform plan -out=a.plan')).toBe('DENY')
  expect(check('cd a && terraform plan')).toBe('DENY')
})

describe('a variable that is called as programs call theirs', () => {
  const check = denying('**/.env')

  test.each([
    'TOOL_OPTS=-x tool',
    'env TOOL_CMD=./x tool',
    'export TOOL_ARGS=-x; tool',
    'TOOL_BIN=./x; export TOOL_BIN; tool'
  ])('is asked about where it is passed on: %s', (command) => {
    expect(check(command)).toBe('REQUIRE_APPROVAL')
  })

  test("is not where it is the script's own", () => {
    expect(check('EXTRA_ARGS=-x; tool "$EXTRA_ARGS"')).toBe('ALLOW')
  })
})
