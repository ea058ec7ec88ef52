import { type ApprovalChange, memoryApprovals } from '@agentguard/approvals'
import { expect, test } from 'vitest'
import { openWorld } from './world.ts'

const rules = 'rules: [{scope: shell, require_approval: [{pattern: "git push*"}]}]'
const push = { scope: 'shell', command: 'git push' }

test('an approval that ends because somebody looks at it is written down once, and told of', async () => {
  let at = Date.UTC(2026, 10, 22)
  let tell: (change: ApprovalChange) => void = () => {}
  const approvals = memoryApprovals({ now: () => at, onChange: (change) => tell(change) })
  const world = await openWorld({ rules, guard: { approvals, now: () => at } })
  tell = world.guard.approvalChanged
  await world.guard.check(push)
  at += 2 * 3_600_000
  expect(await world.guard.pending('local')).toEqual([])
  await world.guard.sweep()
  const found = await world.audit.query({ kind: 'approval-expired' })
  expect(found.lines).toHaveLength(1)
  const changed = world.events.filter(({ type }) => type === 'approval-changed')
  expect(changed).toMatchObject([{ approval: { expired: true } }])
})

test('an approval that the sweep ends is written down once, with and without onChange', async () => {
  let at = Date.UTC(2026, 10, 22)
  let tell: (change: ApprovalChange) => void = () => {}
  const approvals = memoryApprovals({ now: () => at, onChange: (change) => tell(change) })
  const world = await openWorld({ rules, guard: { approvals, now: () => at } })
  for (const isWired of [true, false]) {
    tell = isWired ? world.guard.approvalChanged : () => {}
    await world.guard.check(push)
    at += 2 * 3_600_000
    await world.guard.sweep()
  }
  expect((await world.audit.query({ kind: 'approval-expired' })).lines).toHaveLength(2)
})
