import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { openKeyboard } from '../../src/cli/keyboard.ts'

class FakeTerminal extends EventEmitter {
  isRaw = false
  isPaused = true
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw
  }
  resume(): void {
    this.isPaused = false
  }
  pause(): void {
    this.isPaused = true
  }
  press(keys: string): void {
    this.emit('data', Buffer.from(keys))
  }
}

const never = new AbortController().signal

describe('keys', () => {
  test('come one by one, and only to whoever waits', async () => {
    const terminal = new FakeTerminal()
    const keys = openKeyboard(terminal)
    expect([terminal.isRaw, terminal.isPaused]).toEqual([true, false])
    terminal.press('a')
    const next = keys.next(never)
    terminal.press('d')
    terminal.press('a')
    expect(await next).toBe('d')
    const aborted = new AbortController()
    const waiting = keys.next(aborted.signal)
    aborted.abort()
    terminal.press('a')
    expect(await waiting).toBeUndefined()
    expect(await keys.next(aborted.signal)).toBeUndefined()
    keys.close()
    expect([terminal.isRaw, terminal.isPaused, terminal.listenerCount('data')]).toEqual([
      false,
      true,
      0
    ])
  })

  test('that are held down never become quiet', async () => {
    const terminal = new FakeTerminal()
    const keys = openKeyboard(terminal)
    let isQuiet = false
    const stop = new AbortController()
    const quiet = keys.quiet(60_000, stop.signal).then(() => {
      isQuiet = true
    })
    for (let count = 0; count < 10; count++) {
      terminal.press('a')
      await new Promise(setImmediate)
    }
    expect(isQuiet).toBe(false)
    stop.abort()
    await quiet
  })

  test('become quiet when nothing is pressed', async () => {
    const keys = openKeyboard(new FakeTerminal())
    await keys.quiet(1, never)
  })
})
