import { describe, expect, test } from 'vitest'
import { denying } from './checker.ts'

const byName = denying('**/.env', '**/*.pem', '**/.ssh/**')
const byPlace = denying('private/**')

describe('who searches what find finds is judged as who searches the directory', () => {
  test.each([
    "find . -type f -name '*.ts' -exec grep -l foo {} +",
    'find . -type f -exec grep -n foo {} \\;',
    'find . -exec grep -r foo {} +',
    'find . -exec wc -l {} +',
    'find src -type f -exec ls -l {} +',
    'find src -exec stat {} \\;',
    "find src -name '*.ts' -print0 | xargs -0 wc -l",
    "find src -name '*.ts' -print0 2>/dev/null | xargs -0 -r grep -n TODO"
  ])('%s', (command) => {
    expect(byName(command)).toBe('ALLOW')
    if (command.startsWith('find .')) expect(byPlace(command)).toBe('REQUIRE_APPROVAL')
  })

  test.each([
    'find . -exec cat {} +',
    'find . -exec head {} +',
    'find . -exec sort {} +',
    'find . -exec cp {} /tmp/x \\;',
    'find . -exec grep -f {} x \\;',
    'find . -exec du -X {} +',
    'find . -exec wc --files0-from={} \\;',
    'find . -exec sed -n p {} +',
    'find . -exec man {} +',
    'find -L . -exec cat {} +',
    'find . -print0 | xargs -0 cat',
    'find . -print0 | xargs -0 grep -f'
  ])('but not who shows or takes all of it: %s', (command) => {
    expect(byName(command)).not.toBe('ALLOW')
  })

  test.each([
    "find . -name .env -exec grep '' {} +",
    "find . -name '*.pem' -exec wc -l {} +",
    "find . -name .env -print0 | xargs -0 grep ''",
    "grep -r '' --include=.env .",
    "rg '' -g '*.pem'"
  ])('nor who asks for names that are denied: %s', (command) => {
    expect(byName(command)).toBe('DENY')
  })

  test('links that are found lead where nobody knows, when links are looked at', () => {
    const resolve = (path: string): string => path
    const context = { shell: 'bash', cwd: '/w', home: '/h', resolve } as const
    expect(byName('find . -exec grep -l foo {} +', context)).toBe('REQUIRE_APPROVAL')
    expect(byName('find . -print0 | xargs -0 grep foo', context)).toBe('REQUIRE_APPROVAL')
  })
})

describe('names that find gives to xargs stay below its start', () => {
  const check = denying('/etc/**')

  test.each([
    'find src -print0 | xargs -0 cat',
    'find src -type f -print0 | xargs --null -n 5 -P 2 cat',
    'find src -print0 | xargs -r0 chmod 644',
    'find -print0 | xargs -0 tar cf x.tar',
    'cd src && find . -print0 | xargs -0 cat | sort'
  ])('%s', (command) => {
    expect(check(command)).toBe('ALLOW')
  })

  test.each([
    ['names are split at blanks', 'find src | xargs cat'],
    ['names are split at blanks', 'find src -print0 | xargs cat'],
    ['names are split at lines', "find src -print0 | xargs -0 -d '\\n' cat"],
    ['names end with lines', 'find src | xargs -0 cat'],
    ['something else is printed too', 'find src -print -print0 | xargs -0 cat'],
    ['something else is printed too', "find src -printf '/etc/passwd\\0' -print0 | xargs -0 cat"],
    [
      'something else is printed too',
      "find src -exec printf '/etc/passwd\\0' ';' -print0 | xargs -0 cat"
    ],
    ['messages are printed too', 'find src -print0 |& xargs -0 cat'],
    ['messages are printed too', 'find src -print0 2>&1 | xargs -0 cat'],
    ['the input is another one', 'find src -print0 | xargs -0 cat < list'],
    ['the input is another one', 'find src -print0 | xargs -0 cat <<< /etc/passwd'],
    ['the input is another one', 'find src -print0 | xargs -0 -a list cat'],
    ['another program is in between', 'find src -print0 | sed s,^,/etc/, | xargs -0 cat'],
    ['other commands print too', '{ find src -print0; printf /etc/passwd; } | xargs -0 cat'],
    ['it is not find', "find() { printf '/etc/passwd\\0'; }; find src -print0 | xargs -0 cat"],
    [
      'it will not be find',
      "f() { find src -print0 | xargs -0 cat; }; find() { printf '/etc/passwd\\0'; }; f"
    ],
    [
      'it will not be find',
      "for i in 1 2; do find src -print0 | xargs -0 cat; find() { printf '/etc/passwd\\0'; }; done"
    ],
    [
      'it will not be find',
      "trap 'find src -print0 | xargs -0 cat' EXIT; eval 'find() { printf \"/etc/passwd\\0\"; }'"
    ],
    ['it will not be xargs', 'f() { find src -print0 | xargs -0 cat; }; xargs() { evil; }; f'],
    ['it may not be find', './find src -print0 | xargs -0 cat'],
    ['it starts elsewhere', 'find / -name passwd -print0 | xargs -0 cat'],
    ['it starts nobody knows where', 'find "$x" -print0 | xargs -0 cat'],
    ['they are what is run', 'find src -print0 | xargs -0 env'],
    ['they are what is run', 'find src -print0 | xargs -0 bash'],
    ['they are what is run', 'find src -print0 | xargs -0 flock x'],
    ['what is run is denied', 'find src -print0 | xargs -0 evil'],
    ['without names, it goes below here', 'cd / && find src -print0 | xargs -0 grep -r x'],
    ['they may be options', 'find src -print0 | xargs -0 -I% cat %']
  ])('but not where %s: %s', (_, command) => {
    expect(check(command)).not.toBe('ALLOW')
  })
})

describe('docker build is a build by a file of the project', () => {
  test.each([
    'docker build .',
    'docker buildx build .',
    'docker image prune',
    'docker build -t app -f docker/Dockerfile .',
    'docker build ./web'
  ])('%s', (command) => {
    expect(byName(command)).toBe('ALLOW')
  })

  test.each([
    'docker build -',
    'docker build -f - .',
    'docker build -f /dev/stdin .',
    'docker buildx build -',
    'docker image build -f - .',
    'docker build https://other.example/x.git',
    'docker build git+ssh://other.example/x',
    'docker build me@other.example:x.git',
    'docker build github.com/x/y',
    'docker build -f https://other.example/Dockerfile .',
    'docker build /home/me',
    'docker build ~',
    'docker build ..',
    'docker build "$x"',
    'docker build -o out .',
    'docker build --secret id=x,src=y .',
    'docker build -f .env .'
  ])('but not %s', (command) => {
    expect(byName(command)).not.toBe('ALLOW')
  })

  test('and a rule that names a place in its directory counts', () => {
    expect(byPlace('docker build .')).toBe('REQUIRE_APPROVAL')
    expect(byPlace('docker build web')).toBe('ALLOW')
  })
})

describe('node may show what a JSON file or node itself says', () => {
  test.each([
    `node -p "require('./package.json').version"`,
    `VERSION=$(node -p 'require("./package.json").scripts["a-b"]'); echo "$VERSION"`,
    'node -p process.version',
    'node --print "process.versions.node"'
  ])('%s', (command) => {
    expect(byName(command)).toBe('ALLOW')
  })

  test.each([
    `node -p "require('./a.js').version"`,
    `node -p "require('a').version"`,
    `node -p "require('child_process').execSync('evil')"`,
    `node -p "require('./package.json').a()"`,
    'node -p "require(\'./package.json\').a`x`"',
    `node -p "require('./package.json')[evil()]"`,
    `node -p "require('./package.json').a = 1"`,
    `node -p "require('./package.json'); evil()"`,
    `node -p "require('./'+x+'.json')"`,
    `node -p "require('./$x.json')"`,
    `node -p "require('./.ssh/a.json')"`,
    `node -p "require('../../../etc/x.json')"`,
    `node -r ./a.js -p process.version`,
    'node -p process.env',
    `node -p "process.mainModule.require('fs')"`,
    `node -e "require('./package.json')"`
  ])('but not %s', (command) => {
    expect(denying('**/.ssh/**', '/etc/**')(command)).not.toBe('ALLOW')
  })
})
