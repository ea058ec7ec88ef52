import { describe, expect, test } from 'vitest'
import { checkerOf, denying, everything } from './checker.ts'

describe('a pattern that becomes several words is judged at every place that they may have', () => {
  const check = denying('private/**', '**/.env')

  test.each([
    'flock ./* ls',
    'flock d/* ls',
    'flock -n d/* ls',
    'timeout 5* ls',
    'timeout ./*',
    'ssh ./h* ls',
    'docker exec c/* ls'
  ])('the second of them may be run: %s', (command) => {
    expect(check(command)).not.toBe('ALLOW')
  })

  test.each([
    'grep private/*',
    'grep -v private/*',
    'jq private/*',
    'egrep ./private/*',
    'grep */*'
  ])('the second of them is read although the first is an expression: %s', (command) => {
    expect(check(command)).not.toBe('ALLOW')
  })

  test('the second of them is written where the program writes its second operand', () => {
    const onlyReads = checkerOf(
      `    deny: [{ action: write, paths: ["private/**"] }]\n    allow:\n${everything}`
    )
    expect(onlyReads('uniq private/a')).toBe('ALLOW')
    expect(onlyReads('uniq private/*')).toBe('DENY')
    expect(onlyReads('uniq priv*/*')).toBe('REQUIRE_APPROVAL')
    expect(onlyReads('split private/*')).not.toBe('ALLOW')
  })

  test.each([
    'grep x src/*',
    'wc -l src/*.ts',
    'timeout 5 wc src/*',
    'flock l cat src/*',
    'uniq a'
  ])('and is no reason to ask where all places are the same: %s', (command) => {
    expect(check(command)).toBe('ALLOW')
  })
})

describe('a name that a pattern stands for may be an option', () => {
  test('that names a file, also a hidden one, in the same directory', () => {
    const check = denying('**/.env')
    for (const command of ['wc -l *', 'du -sh *', 'grep x *', 'touch *', 'cd d && du -sh *']) {
      expect(check(command), command).toBe('REQUIRE_APPROVAL')
    }
    for (const command of ['wc -l *.ts', 'du -sh ./*', 'cat *', 'du -sh -- *', 'wc d/*']) {
      expect(check(command), command).toBe('ALLOW')
    }
  })

  test('which is no reason to ask where no rule is about such a file', () => {
    const check = denying('/etc/**', 'private/deep/**')
    for (const command of ['wc -l *', 'du -sh * | sort -h', 'ls *']) {
      expect(check(command), command).toBe('ALLOW')
    }
  })

  test('that writes or runs something, and then is asked about whatever the rules say', () => {
    const check = denying('/etc/**')
    for (const command of ['sort *', 'rg x *', 'find *', 'tar cf x.tar *', 'du --files0-from=x']) {
      expect(check(command), command).toBe('REQUIRE_APPROVAL')
    }
  })
})

test('a pattern may stand for the very file that a rule names, also where names are kept or searched', () => {
  const check = checkerOf(
    `    deny: [{ action: read, paths: ["**/*.pem", "**/.env"] }]\n    allow:\n${everything}`
  )
  for (const command of ['mv src/k* x', 'mv src/*m x', 'ln -s src/?.p* x', 'rg x src/*.p?m']) {
    expect(check(command), command).toBe('REQUIRE_APPROVAL')
  }
  for (const command of ['mv src/*.ts x', 'mv src x', 'rg x src/*.ts', 'rg x src']) {
    expect(check(command), command).toBe('ALLOW')
  }
})

test.each([
  'shopt -s nullglob; flock ./zz* ls evil x',
  "bash -O nullglob -c 'flock ./zz* ls evil x'",
  "bash -O dotglob -c 'cat *'",
  "bash -O globstar -c 'cat src/**'",
  "bash -O nocaseglob -c 'cat src/*.PEM'"
])('what patterns stand for is not known under other options: %s', (command) => {
  expect(denying('**/.env', '**/*.pem')(command)).not.toBe('ALLOW')
})

test('a pattern is compared with rules in every way in which they may name the place', () => {
  for (const rule of ['private/**', '/w/private/**', './private/**']) {
    const check = denying(rule)
    for (const command of [
      'cat ./*/*',
      'cat p*/k',
      'rm -rf ./*/x',
      'cat /w/*/k',
      'cat ~/../../w/*/k'
    ]) {
      expect(check(command), `${rule} ${command}`).not.toBe('ALLOW')
    }
    expect(check('cat ./src/*')).toBe('ALLOW')
  }
})

describe('who lists what a pattern stands for shows what a list of the directory shows', () => {
  const check = denying('**/*.pem', '**/.env')

  test.each(['ls *', 'ls -l src/*', 'ls -d */', 'stat *', 'du -sh ./*'])('%s', (command) => {
    expect(check(command)).toBe('ALLOW')
    expect(denying('private')(command.replace('src/', ''))).toBe('REQUIRE_APPROVAL')
  })

  test.each([
    'ls *.pem',
    'ls .e*',
    'stat .env',
    'cat *',
    'file ./*',
    'wc -l ./*',
    'ls "$x"',
    'man d/*'
  ])('but not %s', (command) => {
    expect(check(command)).not.toBe('ALLOW')
  })
})

describe('many patterns, names and places at once are not followed one by one', () => {
  const check = denying('**/.env')

  test.each([
    ['patterns', `cat ${'./*/* '.repeat(2000)}`, 'REQUIRE_APPROVAL'],
    ['nested programs', `${'timeout 5 '.repeat(2000)}cat ./*`, 'REQUIRE_APPROVAL'],
    ['starts', `find ${'a '.repeat(2000)} -exec grep x {} +`, 'REQUIRE_APPROVAL'],
    ['names and places', `rg x ${'-g a '.repeat(1000)}${'a '.repeat(2000)}`, 'ALLOW']
  ])('%s', (_, command, decision) => {
    expect(check(command)).toBe(decision)
  })
})
