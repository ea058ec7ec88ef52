/** Why nothing came back from a server, and what to do next. */
export interface Fault {
  readonly code: string
  readonly message: string
  readonly next: string
}

const certificate = 'The server shows a certificate that is not trusted here'
const trust =
  'Set NODE_EXTRA_CA_CERTS to a file with the certificate of its issuer, or renew the certificate.'

const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: fault(
    'unreachable',
    'nobody listens there',
    'Start the server (agentguard serve), or say where it is with --url or AGENTGUARD_URL.'
  ),
  ENOTFOUND: fault(
    'unknown_host',
    'there is no host of that name',
    'Look at the host name in --url or AGENTGUARD_URL.'
  ),
  EAI_AGAIN: fault(
    'unknown_host',
    'the host name cannot be looked up now',
    'Look at the network and at its name servers, then try again.'
  ),
  ECONNRESET: fault(
    'broken_off',
    'the server broke the connection off',
    'Look at the log of the server, and at proxies on the way.'
  ),
  EHOSTUNREACH: fault(
    'unreachable',
    'no way leads to the host',
    'Look at the network, then try again.'
  ),
  ENETUNREACH: fault(
    'unreachable',
    'no way leads to the network',
    'Look at the network, then try again.'
  ),
  CERT_HAS_EXPIRED: fault('untrusted', `${certificate}: it has expired`, trust),
  ERR_TLS_CERT_ALTNAME_INVALID: fault(
    'untrusted',
    `${certificate}: it is for another host`,
    'Use the host name of the certificate in --url.'
  ),
  DEPTH_ZERO_SELF_SIGNED_CERT: fault('untrusted', certificate, trust),
  SELF_SIGNED_CERT_IN_CHAIN: fault('untrusted', certificate, trust),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: fault('untrusted', certificate, trust),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: fault('untrusted', certificate, trust),
  ERR_SSL_WRONG_VERSION_NUMBER: fault(
    'not_tls',
    'the server does not speak TLS there',
    'Use http:// in --url, or the port where TLS is.'
  ),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: fault(
    'not_tls',
    'the server does not speak TLS there',
    'Use http:// in --url, or the port where TLS is.'
  ),
  UND_ERR_SOCKET: fault(
    'broken_off',
    'the server broke the connection off',
    'Look at the log of the server. If it speaks TLS, use https:// in --url.'
  )
}

/** Says why a request failed before there was an answer. */
export function describeFault(error: unknown, timeoutMs: number): Fault {
  const codes = [...codesOf(error)]
  if (
    codes.some(
      (code) => code === 'TimeoutError' || code.endsWith('TIMEDOUT') || code.endsWith('_TIMEOUT')
    )
  ) {
    return fault(
      'timeout',
      `no answer within ${timeoutMs / 1000} seconds`,
      'The server may be busy or behind a firewall. Try again, or give it more time with --timeout.'
    )
  }
  const known = codes.find((code) => Object.hasOwn(faults, code))
  if (known !== undefined) return faults[known] as Fault
  if (codes.some((code) => code === 'HTTPParserError' || code.startsWith('HPE_'))) {
    return fault('not_http', 'what answers there does not speak HTTP', 'Look at the port in --url.')
  }
  if (reasonOf(error) === 'bad port') {
    return fault(
      'unreachable',
      'no client asks for HTTP at this port: it is kept for another protocol',
      'Use another port for the server, and in --url.'
    )
  }
  const detail = codes.find((code) => /^[A-Z][A-Z0-9_]+$/.test(code)) ?? 'unknown fault'
  return fault('unreachable', `the request failed (${detail})`, 'Look at --url and the network.')
}

/** The codes and names of an error and of what caused it. Never its message, which may hold the key. */
function* codesOf(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== 'object' || error === null || depth > 4) return
  const { code, name, cause, errors } = error as Record<string, unknown>
  if (typeof code === 'string') yield code
  if (typeof name === 'string') yield name
  if (Array.isArray(errors)) for (const one of errors) yield* codesOf(one, depth + 1)
  yield* codesOf(cause, depth + 1)
}

/** What fetch says of an address that it does not even try. Only for comparing: it may hold the key. */
function reasonOf(error: unknown): unknown {
  return (error as { cause?: { message?: unknown } }).cause?.message
}

function fault(code: string, message: string, next: string): Fault {
  return { code, message, next }
}
