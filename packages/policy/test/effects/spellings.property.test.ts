import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanPath } from '../../src/clean-path.ts'
import { foldPath } from '../../src/effects/fold-path.ts'
import { canonicalHost } from '../../src/effects/network/canonical-host.ts'
import { networkEffects } from '../../src/effects/network/network-effects.ts'
import { pathReadings } from '../../src/effects/path-readings.ts'
import { hostClassesOf } from '../../src/host-class.ts'
import { deciderOf } from './decide.ts'

const names = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'Z',
    'é',
    'e\u0301',
    'ｅ',
    'ß',
    '.',
    ' ',
    ':',
    '~',
    '%',
    '\\',
    '1'
  ),
  maxLength: 6
})
const paths = fc
  .tuple(fc.constantFrom('', '/', './', '../', '~/', 'C:/'), fc.array(names, { maxLength: 4 }))
  .map(([start, elements]) => start + elements.join('/'))

describe('a canonical form is its own canonical form', () => {
  test('of a path', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const folded = cleanPath(foldPath(path))
        expect(cleanPath(foldPath(folded))).toBe(folded)
        for (const reading of pathReadings(path).spellings.all) {
          if (!/^[a-z]:/i.test(reading)) expect(cleanPath(reading)).toBe(reading)
        }
      })
    )
  })

  test('of a host', () => {
    const parts = fc.constantFrom(
      'a',
      'B',
      'ü',
      '。',
      '.',
      '-',
      '0x7f',
      '1',
      'xn--',
      '[',
      ':',
      '%41'
    )
    fc.assert(
      fc.property(fc.string({ unit: parts, maxLength: 8 }), (text) => {
        const host = canonicalHost(text)
        if (host !== undefined) expect(canonicalHost(host)).toBe(host)
      })
    )
  })
})

/** Ways to write a path that somebody undoes again. */
const pathTwists: readonly ((path: string) => string)[] = [
  (path) => path.replace(/[a-z]/, percent),
  (path) => path.replace(/\//g, percent),
  (path) => path.replaceAll('%', '%25'),
  (path) => path.replace(/\/(?=[^/]*$)/, '//'),
  (path) => path.replace(/\/(?=[^/]*$)/, '/./'),
  (path) => path.replace(/\/(?=[^/]*$)/, '/x/../'),
  (path) => path.replace(/[a-z](?![\s\S]*%)/, (letter) => letter.toUpperCase()),
  (path) => path.replaceAll('/', '\\'),
  (path) => (path.startsWith('/') ? `/proc/self/root${path}` : path),
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path}\0.txt`,
  (path) => (path.startsWith('/') ? `file://${path}` : path)
]

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`
}

test('a denied path is not allowed, in whatever chain of forms', () => {
  const decide = deciderOf(
    '[{scope: filesystem, deny: [{paths: [/etc/**]}], allow: [{action: read, paths: ["**"]}]}]'
  )
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pathTwists), { maxLength: 4 }), (chain) => {
      const path = chain.reduce((text, twist) => twist(text), '/etc/shadow')
      expect(decide({ scope: 'filesystem', action: 'read', path })).not.toBe('ALLOW')
    })
  )
})

const hostTwists: readonly ((host: string) => string)[] = [
  (host) => host.toUpperCase(),
  (host) => `${host}.`,
  (host) => host.replace(/\./, '。'),
  (host) => host.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (host) => host.replace(/[a-z](?!.*%)/, percent),
  (host) => host.replace(/(?<=[a-z])(?=[a-z])/, '\u00ad')
]
const urlTwists: readonly ((url: string) => string)[] = [
  (url) => url.replace('//', '//good.com@'),
  (url) => url.replace('//', '//a:b@'),
  (url) => url.replace('//', '\\\\'),
  (url) => url.replace('//', ''),
  (url) => url.replace('//', '////'),
  (url) => `${url}/@good.com`,
  (url) => `${url}\\@good.com`,
  (url) => `${url}#@good.com`,
  (url) => ` ${url}`,
  (url) => `${url.slice(0, 3)}\n${url.slice(3)}`,
  (url) => `view-source:${url}`,
  (url) => url.replace('https', 'wss')
]

test('a denied host is not allowed, in whatever chain of forms', () => {
  const decide = deciderOf(
    '[{scope: network, deny: [{domain: evil.com}], allow: [{domain: "*"}, {action: GET}]}]'
  )
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...hostTwists), { maxLength: 3 }),
      fc.array(fc.constantFrom(...urlTwists), { maxLength: 3 }),
      (hosts, urls) => {
        const host = hosts.reduce((text, twist) => twist(text), 'evil.com')
        const url = urls.reduce((text, twist) => twist(text), `https://${host}`)
        expect(decide({ scope: 'network', action: 'GET', domain: host })).not.toBe('ALLOW')
        expect(decide({ scope: 'network', action: 'GET', url })).not.toBe('ALLOW')
        expect(decide({ scope: 'network', domain: 'good.com', url })).not.toBe('ALLOW')
      }
    )
  )
})

/** Other spellings of an IPv4 address that the URL standard knows, and of the same host in IPv6. */
function spellings(bytes: readonly number[]): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const hex = (value: number): string => value.toString(16)
  return [
    String(number),
    `0x${hex(number)}`,
    `0${number.toString(8)}`,
    bytes.map((byte) => `0x${hex(byte)}`).join('.'),
    bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
    `${a}.${b * 2 ** 16 + c * 2 ** 8 + d}`,
    `${a}.${b}.${c * 2 ** 8 + d}`,
    `${bytes.join('.')}.`,
    bytes.join('。'),
    `::ffff:${bytes.join('.')}`,
    `[::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
    `[64:ff9b::${bytes.join('.')}]`,
    `[2002:${hex(a * 256 + b)}:${hex(c * 256 + d)}::]`
  ]
}

test('an IPv4 address is in the classes of its dotted form, however it is written', () => {
  const byte = fc.oneof(fc.constantFrom(0, 10, 127, 169, 172, 192, 168, 254, 100), fc.nat(255))
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
      const classes = hostClassesOf(bytes.join('.'))
      expect(classes).toBeDefined()
      for (const text of spellings(bytes)) expect(hostClassesOf(text)).toEqual(classes)
    })
  )
})

test('the host that is judged is that of the URL standard', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['http', 'https', 'ws', 'wss'] }), (url) => {
      const [effect, ...more] = networkEffects({ scope: 'network', url }, {})
      expect(more).toEqual([])
      expect(effect?.domain.all).toEqual([canonicalHost(new URL(url).hostname)])
      expect(effect?.unknown).toBeUndefined()
    })
  )
})

test('whatever a URL is, the host of the URL standard is judged, or nothing is allowed', () => {
  const pieces = fc.constantFrom(
    ...['http', 'https', ':', '/', '//', '\\', '@', '.', '#', '?', 'a.com', 'b.com', '127.1', ' '],
    ...['\t', '%2e', '[::1]', ':80', 'ü', 'javascript:', 'view-source:']
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const url = parts.join('')
      const parsed = URL.parse(url)
      const effects = networkEffects({ scope: 'network', url }, {})
      const certain = effects.filter(
        ({ unknown, endpoint }) => unknown === undefined && endpoint?.mustName === undefined
      )
      if (parsed === null || !/^(?:https?|wss?):$/.test(parsed.protocol)) return
      const host = canonicalHost(parsed.hostname)
      for (const { domain } of certain) expect(domain.all).toEqual([host])
      if (host !== undefined) {
        expect(effects.some(({ domain }) => domain.all.includes(host))).toBe(true)
      }
    }),
    { numRuns: 1000 }
  )
})
