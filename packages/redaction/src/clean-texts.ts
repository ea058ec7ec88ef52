/** Remembers texts in which there is nothing to redact: agents say the same names and commands again and again. */
export interface CleanTexts {
  has(text: string): boolean
  add(text: string): void
}

/** How many are remembered, and how long they may be. No text with a secret is ever kept. */
const maxTexts = 2048
const maxLength = 512

export function createCleanTexts(): CleanTexts {
  // The older half is forgotten when the younger is full: what is said often is always in one of them.
  let younger = new Set<string>()
  let older = new Set<string>()

  function add(text: string): void {
    if (text.length > maxLength) return
    if (younger.size >= maxTexts / 2) {
      older = younger
      younger = new Set()
    }
    younger.add(text)
  }

  return {
    has(text) {
      if (younger.has(text)) return true
      if (!older.has(text)) return false
      add(text)
      return true
    },
    add
  }
}
