const loopbackAddress = /^127(?:\.\d{1,3}){3}$/

/** Whether a host name or address can only mean this machine. */
export function isLoopback(name: string): boolean {
  const host = name.toLowerCase().replace(/\.$/, '')
  return host === 'localhost' || host === '::1' || host === '[::1]' || loopbackAddress.test(host)
}

/** The name in a `Host` header, without its port; undefined if it is none. */
export function hostName(header: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::\d*)?$/i.exec(header)?.[1]
}
