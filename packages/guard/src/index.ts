export type { Asking } from './asking.ts'
export { createGuard, type Decided, type Denial, type Guard } from './guard.ts'
export type { GuardEvent, VerdictOrigin } from './guard-event.ts'
export {
  type GuardOptions,
  type GuardPart,
  guardParts,
  type PolicySource
} from './guard-options.ts'
export { createHistory, type History, type HistoryOptions, type Whose } from './history.ts'
export { rebuildHistory } from './rebuild-history.ts'
