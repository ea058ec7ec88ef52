import type { EffectContext } from '../context.ts'
import type { Action, Effect } from '../effect.ts'
import { fileEffects } from '../filesystem.ts'
import { textEffect } from '../text-effect.ts'
import { connectTo, derivedConnect, programSchemes, webSchemes } from './connect.ts'
import { readDomain } from './read-domain.ts'
import { type Destination, readUrl } from './read-url.ts'

/** Twice as long as any host with its port is. */
const maxDomainLength = 512

/**
 * The effects of an action in the scope network or browser: one for each host that its `domain` and its
 * `url` lead to. An action without either amounts to its text.
 */
export function networkEffects(action: Action, context: EffectContext): readonly Effect[] {
  const { domain = '', url = '' } = action
  const base = textEffect({ ...action, domain: '' })
  if (domain === '' && url === '') return [base]
  if (domain.length > maxDomainLength) return [{ ...base, isTooLarge: true }]
  const destinations = destinationsOf(domain, url)
  const connects = destinations.map((to) => connectTo(to, base, webSchemes))
  const isFile = destinations.some(({ scheme }) => scheme === 'file')
  return isFile ? [...connects, ...fileEffects('read', url || domain, context)] : connects
}

function destinationsOf(domain: string, url: string): readonly Destination[] {
  if (domain === '') return readUrl(url)
  const declared = readDomain(domain)
  if (url === '' || isRelative(url)) return declared
  const actual = readUrl(url)
  const distinct = declared.filter((one) => !actual.some((other) => covers(other, one)))
  if (distinct.length > 0) return [...distinct, ...actual]
  // What was declared is kept for deny rules also where it says the same.
  const written = declared.flatMap((one) => one.written)
  return actual.map((one) => ({ ...one, written: merged(one.written, written) }))
}

function merged(texts: readonly string[], others: readonly string[]): readonly string[] {
  return others.every((text) => texts.includes(text)) ? texts : [...texts, ...others]
}

/** A URL that leads to the host of the page that it is on. Browsers drop tabs and newlines first. */
function isRelative(url: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what browsers drop must not hide a `//`
  return /^(?:[?#.]|\/(?!\/))[^\\\u0000-\u001f]*$/.test(url)
}

function covers(actual: Destination, declared: Destination): boolean {
  const isSamePort = declared.port === undefined || declared.port === actual.port
  const isSameScheme = declared.scheme === undefined || declared.scheme === actual.scheme
  return actual.host !== undefined && actual.host === declared.host && isSamePort && isSameScheme
}

/**
 * The effects of a connection that a program opens because of an operand: a URL, or a host with or
 * without a port. Deny rules also see an operand that is neither. The method is the action, else `connect`.
 */
export function connectEffects(
  form: 'url' | 'host',
  text: string,
  method: string | undefined,
  context: EffectContext
): readonly Effect[] {
  const base = derivedConnect(method)
  if (form === 'host' && text.length > maxDomainLength) return [{ ...base, isTooLarge: true }]
  const destinations = form === 'url' ? readUrl(text) : readDomain(text)
  if (destinations.every(({ scheme }) => scheme === 'file')) {
    return fileEffects('read', text, context)
  }
  return destinations.map((to) => connectTo(to, base, programSchemes))
}
