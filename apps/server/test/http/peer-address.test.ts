import { expect, test } from 'vitest'
import { peerAddress } from '../../src/http/peer-address.ts'

const trusted = peerAddress(['10.0.0.0/8', '::1', '192.168.1.1'])

test.each([
  ['127.0.0.1', '1.2.3.4', '127.0.0.1'],
  ['10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['::ffff:10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['::1', '2001:db8::1', '2001:db8::1'],
  ['10.0.0.1', 'evil, 1.2.3.4', '1.2.3.4'],
  ['10.0.0.1', '6.6.6.6, 1.2.3.4, 10.9.9.9', '1.2.3.4'],
  ['10.0.0.1', '1.2.3.4, unknown', '10.0.0.1'],
  ['10.0.0.1', '10.1.1.1', '10.1.1.1'],
  ['10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.1', '', '10.0.0.1'],
  [undefined, '1.2.3.4', '']
])('a connection of %s with X-Forwarded-For %j is of %j', (remote, forwarded, peer) => {
  expect(trusted(remote, forwarded)).toBe(peer)
})

test('without trusted proxies only the connection counts', () => {
  expect(peerAddress()('10.0.0.1', '1.2.3.4')).toBe('10.0.0.1')
})

test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '::/129'])(
  '%j is no address of a proxy',
  (entry) => {
    expect(() => peerAddress([entry])).toThrow(RangeError)
  }
)
