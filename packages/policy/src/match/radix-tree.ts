/**
 * Maps texts to values so that all entries whose key starts (or ends) a value are found in one walk,
 * in time that depends on the value and not on the number of entries.
 */
export class RadixTree<T> {
  readonly #root: Node<T> = { label: '', values: [], children: undefined }
  readonly #end: 'start' | 'end'
  #size = 0

  /** @param end Which end of a value the keys are compared with. */
  constructor(end: 'start' | 'end') {
    this.#end = end
  }

  get size(): number {
    return this.#size
  }

  add(key: string, value: T): void {
    this.#size++
    this.#insert(this.#root, key, value)
  }

  /** Calls back with every value whose key the text starts (or ends) with, shortest key first. */
  visit(text: string, each: (value: T) => void): void {
    if (this.#end === 'start') this.#visitFromStart(text, each)
    else this.#visitFromEnd(text, each)
  }

  #visitFromStart(text: string, each: (value: T) => void): void {
    let node: Node<T> | undefined = this.#root
    let at = 0
    while (node) {
      for (const value of node.values) each(value)
      if (!node.children || at >= text.length) return
      node = node.children.get(text.charCodeAt(at))
      if (!node || !text.startsWith(node.label, at)) return
      at += node.label.length
    }
  }

  #visitFromEnd(text: string, each: (value: T) => void): void {
    let node: Node<T> | undefined = this.#root
    let at = text.length
    while (node) {
      for (const value of node.values) each(value)
      if (!node.children || at === 0) return
      node = node.children.get(text.charCodeAt(at - 1))
      if (!node || !text.endsWith(node.label, at)) return
      at -= node.label.length
    }
  }

  #insert(from: Node<T>, key: string, value: T): void {
    let node = from
    let rest = key
    while (rest !== '') {
      node.children ??= new Map()
      const first = this.#firstCode(rest)
      const child = node.children.get(first)
      if (!child) {
        const leaf: Node<T> = { label: rest, values: [], children: undefined }
        node.children.set(first, leaf)
        node = leaf
        break
      }
      const shared = this.#sharedLength(child.label, rest)
      if (shared < child.label.length) this.#split(child, shared)
      rest = this.#without(rest, shared)
      node = child
    }
    node.values.push(value)
  }

  /** Cuts a node in two, so that its own label keeps `length` characters. */
  #split(node: Node<T>, length: number): void {
    const rest = this.#without(node.label, length)
    const child: Node<T> = { label: rest, values: node.values, children: node.children }
    node.label = this.#end === 'start' ? node.label.slice(0, length) : node.label.slice(-length)
    node.values = []
    node.children = new Map([[this.#firstCode(rest), child]])
  }

  #firstCode(text: string): number {
    return text.charCodeAt(this.#end === 'start' ? 0 : text.length - 1)
  }

  #without(text: string, length: number): string {
    return this.#end === 'start' ? text.slice(length) : text.slice(0, text.length - length)
  }

  #sharedLength(a: string, b: string): number {
    const most = Math.min(a.length, b.length)
    let length = 0
    if (this.#end === 'start') while (length < most && a[length] === b[length]) length++
    else while (length < most && a.at(-1 - length) === b.at(-1 - length)) length++
    return length
  }
}

interface Node<T> {
  label: string
  values: T[]
  children: Map<number, Node<T>> | undefined
}
