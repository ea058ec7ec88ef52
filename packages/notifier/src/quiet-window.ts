import { createHash } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Delivery } from './notification.ts'

/** How {@link createQuietWindow} counts. */
export interface QuietWindowOptions {
  /** How long a window is. */
  readonly quietMs: number
  /** How many deliveries pass in a window. */
  readonly burst: number
  readonly clock: Clock
  readonly deliver: (delivery: Delivery) => void
  readonly newId: () => string
  readonly onHeldBack: (reason: 'repeated' | 'flood') => void
}

/** Lets the first of each kind pass, counts the rest, and tells of them when the window ends. */
export interface QuietWindow {
  offer(delivery: Delivery): void
  /** Ends the window now. */
  flush(): void
}

/** What is alike in one window. */
interface Kind {
  last: Delivery
  repeats: number
}

/** Creates a window. It opens with a delivery, and stays open as long as there is something to tell. */
export function createQuietWindow(options: QuietWindowOptions): QuietWindow {
  const { quietMs, burst, clock, deliver, newId, onHeldBack } = options
  let kinds = new Map<string, Kind>()
  let passed = 0
  /** What was too much, by type. */
  let held = new Map<string, number>()
  let lastHeld: Delivery | undefined
  let since = ''
  let cancel: (() => void) | undefined

  function open(): void {
    since = new Date(clock.now()).toISOString()
    passed = 0
    cancel = clock.after(quietMs, end)
  }

  function offer(delivery: Delivery): void {
    if (!cancel) open()
    const key = kindOf(delivery)
    const kind = kinds.get(key)
    if (kind) {
      kind.last = delivery
      kind.repeats++
      onHeldBack('repeated')
    } else if (passed < burst) {
      // INVARIANT: there are at most `burst` kinds, however many deliveries there are.
      kinds.set(key, { last: delivery, repeats: 0 })
      pass(delivery)
    } else {
      hold(delivery, 1)
      onHeldBack('flood')
    }
  }

  function pass(delivery: Delivery): void {
    passed++
    deliver(delivery)
  }

  function hold(delivery: Delivery, count: number): void {
    held.set(delivery.type, (held.get(delivery.type) ?? 0) + count)
    lastHeld = delivery
  }

  /** Tells what was counted. What repeats is watched for another window. */
  function end(): void {
    cancel?.()
    cancel = undefined
    const repeated = [...kinds].filter(([, kind]) => kind.repeats > 0)
    const [counted, digest, last, started] = [repeated, held, lastHeld, since]
    kinds = new Map()
    held = new Map()
    lastHeld = undefined
    if (counted.length > 0 || last) open()
    for (const [key, { last: delivery, repeats }] of counted) {
      kinds.set(key, { last: delivery, repeats: 0 })
      pass({ ...delivery, id: newId(), count: repeats, since: started })
    }
    if (last) deliver({ ...last, id: newId(), since: started, digest: Object.fromEntries(digest) })
  }

  return {
    offer: quietMs > 0 ? offer : deliver,
    flush() {
      end()
      cancel?.()
      cancel = undefined
      kinds = new Map()
    }
  }
}

/** What may differ between two askings for one thing. */
const passing = ['approval_id', 'tool_call_id', 'stream', 'model']

/** Two deliveries are of one kind when they differ in nothing but the time, the approval and the session. */
function kindOf({ type, tenant_id, request, result }: Delivery): string {
  const { approval_id: _approval, session_id: _session, meta = {}, ...action } = request
  const lasting = Object.entries(meta).filter(([name]) => !passing.includes(name))
  const { decision, reason, matched_rule } = result
  const text = JSON.stringify([type, tenant_id, action, lasting, decision, reason, matched_rule])
  return createHash('sha256').update(text).digest('base64')
}
