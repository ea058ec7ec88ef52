export { loadPolicyFile, type PolicyFile } from './load-policy-file.ts'
export { createPathResolver } from './path-resolver.ts'
export { type PolicyWatcher, type WatchOptions, watchPolicyFile } from './watch-policy-file.ts'
