import { expect, test } from 'vitest'
import { createFairShare } from '../../../src/http/admission/fair-share.ts'
import { createWaitingRoom } from '../../../src/http/admission/waiting-room.ts'

const stays = (): void => {}
const minuteMs = 60_000

function roomFor(limit: number, maxWaitMs = minuteMs) {
  const share = createFairShare(limit)
  const room = createWaitingRoom(share, maxWaitMs)
  return {
    share,
    room,
    giveBack(key: string) {
      share.give(key, 1)
      room.next()
    }
  }
}

test('whoever waits has what the next one gives back, in the order of arrival', async () => {
  const { share, room, giveBack } = roomFor(2)
  expect(share.take('a', 1)).toBe(true)
  const order: string[] = []
  const first = room.wait('a', stays).then(() => order.push('first'))
  const second = room.wait('a', stays).then(() => order.push('second'))
  giveBack('a')
  await first
  giveBack('a')
  await second
  expect(order).toEqual(['first', 'second'])
  expect(share.used).toBe(1)
})

test('those with different keys take turns, and who has all that they may is passed over', async () => {
  const { share, room, giveBack } = roomFor(4)
  for (const key of ['loud', 'loud']) expect(share.take(key, 1)).toBe(true)
  for (const key of ['x', 'y']) expect(share.take(key, 1)).toBe(true)
  void room.wait('loud', stays)
  const quiet = room.wait('quiet', stays)
  giveBack('x')
  expect(await quiet).toBe(true)
})

test('nobody waits longer than they should', async () => {
  const { share, room } = roomFor(1, 5)
  expect(share.take('a', 1)).toBe(true)
  expect(await room.wait('b', stays)).toBe(false)
  room.next()
  expect(share.used).toBe(1)
})

test('who has gone takes nothing from those behind', async () => {
  const { share, room, giveBack } = roomFor(1)
  expect(share.take('a', 1)).toBe(true)
  let leave = stays
  const gone = room.wait('b', (call) => {
    leave = call
  })
  const stayed = room.wait('b', stays)
  leave()
  expect(await gone).toBe(false)
  giveBack('a')
  expect(await stayed).toBe(true)
  leave()
  expect(share.used).toBe(1)
})
