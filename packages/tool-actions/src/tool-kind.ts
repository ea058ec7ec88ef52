import { bundledToolScope } from './tool-scope.ts'
import { wordsOf } from './words.ts'

/** What a tool mostly deals with. It says how its arguments are read, and allows nothing. */
export type ToolKind = 'shell' | 'filesystem' | 'network' | 'browser' | 'data' | 'other'

const kinds: readonly (readonly [ToolKind, ReadonlySet<string>])[] = [
  [
    'shell',
    new Set(
      'bash sh zsh fish shell terminal console exec execute run command cmd powershell pwsh spawn process ssh system stdin'.split(
        ' '
      )
    )
  ],
  ['browser', new Set('browser page playwright puppeteer selenium navigate tab'.split(' '))],
  ['network', new Set('http https url fetch request web download webhook curl api'.split(' '))],
  [
    'filesystem',
    new Set(
      'file files directory directories folder folders path paths fs filesystem dir editor edit notebook'.split(
        ' '
      )
    )
  ]
]

/** The kind of a tool, and whether that is more than a guess. */
export interface ReadKind {
  readonly kind: ToolKind
  /** The operator or the bundled table says so, not only the words of its name. */
  readonly isKnown: boolean
}

/** The kind of a tool: of the scope that it acts in, else by the words of its name. */
export function toolKind(tool: string, scope: string | undefined): ReadKind {
  const known = scope ?? bundledToolScope(bareName(tool))
  if (isKind(known)) return { kind: known, isKnown: true }
  const words = wordsOf(bareName(tool))
  const guess = kinds.find(([, names]) => words.some((word) => names.has(word)))?.[0]
  return { kind: guess ?? 'other', isKnown: false }
}

function isKind(scope: string | undefined): scope is ToolKind {
  return kinds.some(([kind]) => kind === scope) || scope === 'data'
}

/** The name of a tool without the server that offers it: `fs:read_file`, `mcp__fs__read_file`. */
export function bareName(tool: string): string {
  const colon = tool.indexOf(':')
  if (colon !== -1) return tool.slice(colon + 1)
  const underscores = tool.lastIndexOf('__')
  if (underscores > 0) return tool.slice(underscores + 2)
  return tool.slice(tool.lastIndexOf('.') + 1)
}

/** Tools whose `command` is the name of an operation, and not a command. */
const editors = /^(?:str_replace_based_edit_tool|str_replace_editor|text_editor(?:_\d+)?|memory)$/

/** Whether a tool is an editor of a model's maker: its `command` is `view`, `create`, `insert`, … */
export function isEditor(tool: string): boolean {
  return editors.test(bareName(tool))
}
