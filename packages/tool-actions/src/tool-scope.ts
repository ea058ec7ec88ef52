/** A pattern of names of tools, `*` being any text at its end, and the scope that such a tool acts in. */
export interface ToolScopeEntry {
  readonly pattern: string
  readonly scope: 'shell' | 'filesystem' | 'network' | 'browser'
}

const names: Readonly<Record<ToolScopeEntry['scope'], string>> = {
  shell: 'bash sh shell run_command execute_command cmd system exec',
  filesystem:
    'read_file write_file list_directory list_files file_read file_write edit_file delete_file create_directory ls cat find glob',
  network: 'web_search fetch_url http_request http_get http_post search fetch url_request',
  browser: 'playwright_* browser_* chrome_* firefox_* selenium_* navigate click screenshot'
}

/** The scopes of tools that are known by their names. They are asked after the operator's own. */
export const bundledToolScopes: readonly ToolScopeEntry[] = Object.freeze(
  (Object.keys(names) as ToolScopeEntry['scope'][]).flatMap((scope) =>
    names[scope].split(' ').map((pattern) => Object.freeze({ pattern, scope }))
  )
)

const exact = new Map(bundledToolScopes.map(({ pattern, scope }) => [pattern, scope]))
const prefixes = bundledToolScopes
  .filter(({ pattern }) => pattern.endsWith('*'))
  .map(({ pattern, scope }) => ({ prefix: pattern.slice(0, -1), scope }))

/** The scope that {@link bundledToolScopes} gives a tool. Names are compared as they are. */
export function bundledToolScope(tool: string): ToolScopeEntry['scope'] | undefined {
  return exact.get(tool) ?? prefixes.find(({ prefix }) => tool.startsWith(prefix))?.scope
}
