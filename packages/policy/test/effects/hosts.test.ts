import { describe, expect, test } from 'vitest'
import { connectEffects, networkEffects } from '../../src/effects/network/network-effects.ts'
import { hostClassesOf } from '../../src/host-class.ts'
import { deciderOf } from './decide.ts'

/** Everything is allowed but what is denied: the worst case for a deny rule. */
const denied = deciderOf(`
  - scope: network
    deny: [{domain: evil.com}, {domain: "*.evil.com"}, {domain: localhost}, {domain: "10.*"}, {domain: müller.de}, {domain: "::5"}]
    allow: [{domain: "*"}]`)

/** Only one host is allowed. */
const allowed = deciderOf(`
  - scope: network
    allow: [{domain: good.com}, {domain: "*.good.org"}]`)

const byDomain = (domain: string) => ({ scope: 'network', domain })
const byUrl = (url: string) => ({ scope: 'network', url })

describe('a deny rule finds the host in whatever form', () => {
  test.each([
    ['J01: a dot at the end', 'https://evil.com./'],
    ['J02: a number', 'http://2130706433/'],
    ['J02: hexadecimal', 'http://0x7f.1/'],
    ['J02: octal', 'http://0177.0.0.1/'],
    ['J02: short', 'http://127.1/'],
    ['J02: nothing', 'http://0/'],
    ['J02: another address of this machine', 'http://127.8.8.8/'],
    ['J03: IPv6', 'http://[::1]/'],
    ['J03: mapped', 'http://[::ffff:127.0.0.1]/'],
    ['J03: mapped, in hexadecimal', 'http://[::ffff:a00:1]/'],
    ['J04: NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['J04: compatible', 'http://[::127.0.0.1]/'],
    ['J04: 6to4', 'http://[2002:a00:1::]/'],
    ['an address in IPv6 without brackets in the rule', 'http://[0:0::5]/'],
    ['J05: behind a user name', 'https://good.com@evil.com/'],
    ['J05: behind a user name and a port', 'https://good.com:443@evil.com/'],
    ['J06: before a backslash', 'https://evil.com\\@good.com/'],
    ['J06: behind a backslash', 'https://good.com\\@evil.com/'],
    ['J07: without slashes', 'https:evil.com'],
    ['J07: with backslashes', 'https:\\\\evil.com'],
    ['J07: without a scheme', '//evil.com'],
    ['J07: leading spaces', '  https://evil.com/'],
    ['J07: a tab in the host', 'https://ev\til.com/'],
    ['J07: a newline in the scheme', 'ht\ntps://evil.com/'],
    ['J08: full width', 'https://ｅｖｉｌ.com'],
    ['J08: an ideographic dot', 'https://evil。com'],
    ['J08: a soft hyphen', 'https://ev\u00adil.com'],
    ['J08: IDNA', 'https://xn--mller-kva.de/'],
    ['J08: IDNA, another case', 'https://MÜLLER.de/'],
    ['J10: as a suffix', 'https://good.com.evil.com'],
    ['J11: an encoded dot', 'https://evil%2ecom/'],
    ['J14: another scheme', 'gopher://evil.com/'],
    ['J14: within view-source', 'view-source:https://evil.com/'],
    ['J14: within blob', 'blob:https://evil.com/2f'],
    ['J15: a socket', 'wss://evil.com/'],
    ['J16: a port', 'https://evil.com:8443/'],
    ['within a nested URL that is nested', 'blob:view-source:https://evil.com/'],
    ['behind very much', `https://${'u'.repeat(2030)}@evil.com/`],
    ['IDNA 2003', 'https://evİl.com.evil.com/'],
    ['two at signs', 'https://good.com@evil.com@good.com/'],
    ['no scheme at all', 'evil.com/x'],
    ['a host and a port', 'evil.com:443/x'],
    ['a name for this machine', 'http://x.localhost/'],
    ['a name that is an address', 'http://127.0.0.1.nip.io/']
  ])('%s', (_, url) => {
    expect(denied(byUrl(url))).toBe('DENY')
    expect(denied({ scope: 'network', domain: 'good.com', url })).toBe('DENY')
  })

  test.each([
    ['evil.com.'],
    ['EVIL.com'],
    ['evil.com:443'],
    ['user@evil.com'],
    [' evil.com'],
    ['evil.com '],
    ['evil.com/'],
    ['https://evil.com/'],
    ['evil%2ecom'],
    ['evil.com\0'],
    ['ev\nil.com'],
    ['127.1'],
    ['0x7f000001'],
    ['[::1]'],
    ['::1'],
    ['[::1]:80'],
    ['localhost.'],
    ['LOCALHOST:3000'],
    ['167772161'],
    ['012.0.0.1']
  ])('as a domain: %j', (domain) => {
    expect(denied(byDomain(domain))).toBe('DENY')
  })
})

describe('an allow rule needs the host itself', () => {
  test.each([
    ['J05', 'https://good.com@evil.com/'],
    ['J05', 'https://good.com:443@evil.com/'],
    ['J06', 'https://evil.com\\@good.com/'],
    ['J06', 'https://good.com\\@evil.com/'],
    ['J09: a Cyrillic letter', 'https://g\u043e\u043ed.com/'],
    ['J10', 'https://good.com.evil.com/'],
    ['J10', 'https://evil.com/.good.com'],
    ['J10', 'https://evil.com?.good.com'],
    ['J10', 'https://evil.com#@good.com'],
    ['J11', 'https://good.com%2eevil.com/'],
    ['J14: a file', 'file:///good.com'],
    ['J14: gopher', 'gopher://good.com/'],
    ['J14: dict', 'dict://good.com/'],
    ['J14: ftp', 'ftp://good.com/'],
    ['J14: data', 'data:text/html,good.com'],
    ['J14: a script', 'javascript:good.com'],
    ['J14: a page about itself', 'view-source:https://good.com/'],
    ['J14: a blob', 'blob:https://good.com/2f'],
    ['no host', 'https:///'],
    ['nothing', 'https://'],
    ['a port that is none', 'https://good.com:99999/'],
    ['a space', 'https://good.com .evil.com/'],
    ['an empty label', 'https://.good.org/']
  ])('%s: %s', (_, url) => {
    expect(allowed(byUrl(url))).toBe('DENY')
    expect(allowed({ scope: 'network', domain: 'good.com', url })).not.toBe('ALLOW')
  })

  test.each([
    ['evil.com/.good.org'],
    ['evil.com#.good.org'],
    ['evil.com?.good.org'],
    ['evil.com@x.good.org:x'],
    ['.good.org'],
    ['good.com\n'],
    ['g\0ood.com'],
    ['good.com x'],
    ['GOOD.C\u0130M'],
    ['']
  ])('as a domain: %j', (domain) => {
    expect(allowed(byDomain(domain))).toBe('DENY')
  })

  test.each([
    ['https://good.com/'],
    ['https://good.com'],
    ['HTTPS://GOOD.COM:8443/x'],
    ['https://good.com./'],
    ['https://user:secret@good.com/'],
    ['https://good.com/a\\b?x=http://evil.com#@evil.com'],
    ['https://a.b.good.org/'],
    ['wss://good.com/'],
    ['good.com/x'],
    ['//good.com/x']
  ])('%j is allowed', (url) => {
    expect(allowed(byUrl(url))).toBe('ALLOW')
  })

  test.each([
    ['https://good.com\\x@evil.org/'],
    ['https:good.com'],
    ['https:/good.com'],
    ['https:\\\\good.com'],
    ['https://go\tod.com/'],
    ['https://a@b@good.com/'],
    ['javascript:1/alert(1)'],
    ['data:1/x'],
    ['backend:8080/x'],
    ['blob:javascript:1'],
    ['filesystem:https://good.com/temporary/x']
  ])('%j may lead elsewhere too, and needs more', (url) => {
    expect(allowed(byUrl(url))).not.toBe('ALLOW')
  })
})

describe('hosts and schemes that have to be named', () => {
  const star = deciderOf('[{scope: browser, allow: [{domain: "*"}, {action: GET}]}]')

  test.each([
    ['169.254.169.254'],
    ['[::ffff:a9fe:a9fe]'],
    ['0xa9fea9fe'],
    ['metadata.google.internal'],
    ['metadata.google.internal.'],
    ['[fd00:ec2::254]'],
    ['100.100.100.200'],
    ['168.63.129.16'],
    ['169.254.1.1'],
    ['[fe80::1]'],
    ['fe80::1%25eth0'],
    ['169.254.169.254.nip.io'],
    ['a9fea9fe.169-254-169-254.sslip.io'],
    ['[64:ff9b::a9fe:a9fe]'],
    ['[2002:a9fe:a9fe::]']
  ])('no wildcard allows %s', (domain) => {
    expect(star({ scope: 'browser', action: 'GET', domain })).toBe('DENY')
  })

  test.each([
    ['{domain: "169.254.169.254"}', 'ALLOW'],
    ['{domain: "0xa9fea9fe"}', 'ALLOW'],
    ['{domain: "169.254.*"}', 'DENY'],
    ['{class: metadata}', 'ALLOW'],
    ['{class: link_local}', 'ALLOW'],
    ['{class: private}', 'DENY'],
    ['{domain: "*", class: metadata}', 'ALLOW'],
    ['{domain: good.com, action: GET, match: any}', 'DENY']
  ])('the rule %s: %s', (rule, decision) => {
    const decide = deciderOf(`[{scope: browser, allow: [${rule}]}]`)
    expect(decide({ scope: 'browser', action: 'GET', domain: '169.254.169.254' })).toBe(decision)
  })

  test.each([
    ['{domain: "ftp://good.com"}', 'ftp://good.com/x', 'ALLOW'],
    ['{domain: "ftp://*"}', 'ftp://good.com/x', 'ALLOW'],
    ['{domain: "ftp://*"}', 'https://good.com/x', 'DENY'],
    ['{domain: "https://good.com"}', 'https://good.com/x', 'ALLOW'],
    ['{domain: "https://good.com/"}', 'https://good.com/x', 'ALLOW'],
    ['{domain: "https://good.com/api/*"}', 'https://good.com/api/x', 'DENY'],
    ['{domain: "https://good.com"}', 'http://good.com/x', 'DENY'],
    ['{domain: "ftp*"}', 'ftp://good.com/x', 'DENY'],
    ['{domain: "*2"}', 'https://good.com:22/x', 'DENY'],
    ['{domain: "good.com:443"}', 'https://good.com/x', 'ALLOW'],
    ['{domain: "good.com:443"}', 'https://good.com:22/x', 'DENY'],
    ['{domain: "good.com:*"}', 'https://good.com:22/x', 'ALLOW'],
    ['{domain: "[::5]:22"}', 'https://[::5]:22/x', 'ALLOW'],
    ['{domain: "[::5]:22"}', 'https://[::5]:23/x', 'DENY'],
    ['{domain: "bücher.example"}', 'https://xn--bcher-kva.example/', 'ALLOW'],
    ['{domain: "*.bücher.example"}', 'https://a.bücher.example/', 'ALLOW']
  ])('the rule %s and %s: %s', (rule, url, decision) => {
    expect(deciderOf(`[{scope: network, allow: [${rule}]}]`)(byUrl(url))).toBe(decision)
  })

  test.each([
    ['{domain: "evil.com:22"}', 'https://evil.com/', 'ALLOW'],
    ['{domain: "evil.com:22"}', 'https://evil.com:22/', 'DENY'],
    ['{domain: "*:22"}', 'ssh://evil.com/', 'DENY'],
    ['{domain: "http://*"}', 'http://evil.com/', 'DENY'],
    ['{domain: "http://*"}', 'https://evil.com/', 'ALLOW'],
    ['{class: loopback}', 'http://127.1/', 'DENY'],
    ['{class: private}', 'https://evil.com:443/', 'ALLOW'],
    ['{class: private}', 'https://no host/', 'DENY']
  ])('a deny rule %s and %s: %s', (rule, url, decision) => {
    const decide = deciderOf(`[{scope: network, deny: [${rule}], allow: [{domain: "*"}]}]`)
    expect(decide(byUrl(url))).toBe(decision)
  })
})

describe('what an action connects to', () => {
  const hosts = (domain: string | undefined, url: string | undefined): unknown[] =>
    networkEffects(
      {
        scope: 'network',
        ...(domain === undefined ? {} : { domain }),
        ...(url === undefined ? {} : { url })
      },
      {}
    ).map((effect) => effect.domain.all[0])

  test.each([
    [undefined, 'https://a.com/', ['a.com']],
    ['a.com', undefined, ['a.com']],
    ['a.com', 'https://a.com/', ['a.com']],
    ['A.com.', 'https://a.com:8443/', ['a.com']],
    ['a.com:443', 'https://a.com/', ['a.com']],
    ['a.com:22', 'https://a.com/', ['a.com', 'a.com']],
    ['a.com', 'https://b.com/', ['a.com', 'b.com']],
    ['a.com', '/x', ['a.com']],
    ['a.com', '#x', ['a.com']],
    ['a.com', '//b.com', ['a.com', 'b.com']],
    ['a.com', '/\t/b.com', ['a.com', 'b.com']],
    ['a.com', '\\\\b.com', ['a.com', 'b.com']],
    ['a.com', '/\\b.com', ['a.com', 'b.com']],
    ['a.com', '\n//b.com', ['a.com', 'b.com']],
    ['a.com', 'https://a.com\\@b.com', ['a.com', 'b.com']],
    [undefined, undefined, [undefined]]
  ])('by the domain %s and the url %s', (domain, url, expected) => {
    expect(hosts(domain, url)).toEqual(expected)
  })

  test('a host that is cut off is none', () => {
    for (let length = 2000; length < 2060; length++) {
      expect(allowed(byUrl(`https://${'u'.repeat(length)}@good.com.evil.org/`))).not.toBe('ALLOW')
    }
    expect(allowed(byUrl(`https://good.com/${'u'.repeat(9000)}`))).toBe('ALLOW')
    expect(allowed(byUrl(`https://u@good.com?${'u'.repeat(9000)}`))).toBe('ALLOW')
  })

  test.each(['faß.de', 'https://faß.de/', 'https://fa%C3%9F.de/', 'gr\u200cün.de'])(
    'programs differ about %j, which is not allowed without an approval',
    (text) => {
      const star = deciderOf(
        '[{scope: network, deny: [{domain: fass.de}], allow: [{domain: "*"}]}]'
      )
      expect(star(text.includes('/') ? byUrl(text) : byDomain(text))).not.toBe('ALLOW')
    }
  )

  test('a file URL in a browser is also a file that is read', () => {
    const effects = networkEffects({ scope: 'browser', url: 'file:///etc/shadow' }, {})
    expect(effects).toContainEqual(
      expect.objectContaining({
        scope: 'filesystem',
        path: expect.objectContaining({ all: expect.arrayContaining(['/etc/shadow']) })
      })
    )
  })

  test.each([
    ['url', 'https://a.com/x', 'GET', 'GET'],
    ['url', 'a.com/x', undefined, 'connect'],
    ['host', 'a.com:22', undefined, 'connect'],
    ['host', 'user@a.com', undefined, 'connect']
  ] as const)('a program that connects to the %s %s', (form, text, method, verb) => {
    expect(connectEffects(form, text, method, {})).toMatchObject([
      { scope: 'network', action: { all: [verb] }, domain: { all: ['a.com'] }, derived: 'certain' }
    ])
  })
})

describe('classes of hosts', () => {
  test.each([
    ['127.0.0.1', ['loopback']],
    ['0.0.0.0', ['loopback']],
    ['::', ['loopback']],
    ['::1', ['loopback']],
    ['localhost', ['loopback']],
    ['a.localhost', ['loopback']],
    ['localtest.me', ['loopback']],
    ['10.1.2.3', ['private']],
    ['172.31.0.1', ['private']],
    ['172.32.0.1', ['public']],
    ['192.168.1.1', ['private']],
    ['100.64.0.1', ['private']],
    ['198.18.0.1', ['private']],
    ['255.255.255.255', ['private']],
    ['fc00::1', ['private']],
    ['fec0::1', ['private']],
    ['ff02::1', ['link_local']],
    ['fe80::1', ['link_local']],
    ['::ffff:0:127.0.0.1', ['loopback']],
    ['64:ff9b:1::10.0.0.1', ['private']],
    ['2001:0:0:0:0:0:80ff:fffe', ['loopback']],
    ['2606:4700::5efe:7f00:1', ['loopback']],
    ['fe80::5efe:7f00:1', ['loopback']],
    ['2606:4700:4700::1111', ['public']],
    ['printer', ['private']],
    ['nas.local', ['private']],
    ['good.com', ['public']],
    ['1.2.3.999.nip.io', ['public']]
  ])('%s is %j', (host, classes) => {
    expect(hostClassesOf(host)).toEqual(classes)
  })
})
