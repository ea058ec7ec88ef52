import { hostName, isLoopback } from '../http/host-names.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface UrlSettings {
  /** Where clients reach the server; empty when it is not said. */
  readonly baseUrl: string
  readonly isTlsTerminatedUpstream: boolean
  readonly hasKey: boolean
}

/** Looks at the base URL and at what it says about TLS. */
export function checkUrl({ baseUrl, isTlsTerminatedUpstream, hasKey }: UrlSettings): Finding[] {
  if (baseUrl === '') {
    return hasKey
      ? [
          warn(
            'base_url_missing',
            'no base URL is set: links to approvals name localhost, and only work on this machine',
            'Set --base-url to the address under which people and agents reach the server.'
          )
        ]
      : [ok('base_url', 'the server is for this machine only')]
  }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return [fail('base_url_invalid', 'the base URL is none', 'Write it as https://guard.example.')]
  }
  if (url.username !== '' || url.password !== '') {
    return [
      fail(
        'base_url_secret',
        'the base URL holds a user name or a password',
        'Take it out: it is shown to agents.'
      )
    ]
  }
  return [checkTls(url, isTlsTerminatedUpstream)]
}

function checkTls(url: URL, isTlsTerminatedUpstream: boolean): Finding {
  if (url.protocol === 'https:') {
    return isTlsTerminatedUpstream
      ? ok('tls', 'TLS ends before the server, and the server knows it')
      : warn(
          'tls_flag_missing',
          'the base URL is https, and the server does not know that TLS ends before it',
          'Set --tls-terminated-upstream, so that cookies are marked secure.'
        )
  }
  if (isTlsTerminatedUpstream) {
    return fail(
      'tls_flag_wrong',
      '--tls-terminated-upstream is set, but the base URL is http: browsers will not send the cookies',
      'Use https in --base-url, or leave the flag away.'
    )
  }
  return isLoopback(hostName(url.host) ?? '')
    ? ok('tls', 'the base URL is on this machine')
    : fail(
        'tls_missing',
        'the base URL is http to another machine: keys and approvals travel in the clear',
        'Put a proxy with TLS in front (docs/deployment.md), and use https in --base-url.'
      )
}
