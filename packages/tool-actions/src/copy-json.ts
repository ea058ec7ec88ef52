import type { Json } from './json.ts'
import { maxDepth, maxLength, maxValues } from './limits.ts'

/** The doubt about a number of which a tool may read more digits. The value is a usual one all the same. */
export const inexact = 'a number is not exact'

/** A copy of a JSON value, and why it may not be what the tool gets. */
export interface JsonCopy {
  readonly value: Json
  readonly doubts: readonly string[]
}

/**
 * Copies a JSON value, as far as the limits let it: what is left out is a doubt.
 *
 * Members that are `undefined` are absent. Throws a `TypeError` for what is no JSON: functions, symbols,
 * big integers, and objects of a class.
 */
export function copyJson(value: unknown): JsonCopy {
  const copier = new Copier()
  return { value: copier.copy(value, 0), doubts: [...copier.doubts] }
}

/** Names that lead some programs to the prototype of an object. */
const prototypeNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

class Copier {
  readonly doubts: Set<string> = new Set()
  #values = 0
  #length = 0

  copy(value: unknown, depth: number): Json {
    if (!this.#hasRoom()) return null
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#number(value)
      case 'boolean':
        return value
      case 'undefined':
        return null
      case 'object':
        return value === null ? null : this.#structure(value, depth)
      default:
        throw new TypeError(`a value of type ${typeof value} is no JSON`)
    }
  }

  #hasRoom(): boolean {
    if (++this.#values <= maxValues && this.#length <= maxLength) return true
    this.doubts.add('the arguments are too large')
    return false
  }

  #text(text: string): string {
    this.#length += text.length
    if (!text.isWellFormed()) this.doubts.add('an argument has half a character')
    return text
  }

  #number(number: number): number {
    // The tool may read more digits than a double has.
    if (!Number.isFinite(number)) this.doubts.add('a number has no end')
    else if (Number.isInteger(number) && !Number.isSafeInteger(number)) this.doubts.add(inexact)
    return number
  }

  #structure(value: object, depth: number): Json {
    if (depth === maxDepth) {
      this.doubts.add('the arguments are nested too deep')
      return null
    }
    if (Array.isArray(value)) return this.#list(value, depth)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw new TypeError('an object of a class is no JSON')
    }
    return this.#object(value, depth)
  }

  #list(list: readonly unknown[], depth: number): Json {
    const copy: Json[] = []
    for (let at = 0; at < list.length && this.#values <= maxValues; at++) {
      copy.push(this.copy(list[at], depth + 1))
    }
    return copy
  }

  #object(object: object, depth: number): Json {
    const copy: Record<string, Json> = Object.create(null)
    // Sorted, so that the order in which arguments come changes nothing.
    for (const name of Object.keys(object).sort()) {
      if (prototypeNames.has(name))
        this.doubts.add('an argument has a name that objects have already')
      this.#text(name)
      const member = (object as Readonly<Record<string, unknown>>)[name]
      if (member !== undefined) copy[name] = this.copy(member, depth + 1)
      if (this.#values > maxValues) break
    }
    return copy
  }
}
