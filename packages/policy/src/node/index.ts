export { loadPolicyFile, type PolicyFile } from './load-policy-file.ts'
export { type PolicyWatcher, type WatchOptions, watchPolicyFile } from './watch-policy-file.ts'
