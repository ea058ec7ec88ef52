import { forEachChild, parse, type Script, type SyntaxNode } from 'unbash'

export type {
  ArithmeticExpression,
  ArrayValue,
  Assignment,
  Case,
  Command,
  CommandNode,
  CompoundList,
  ParameterExpansionPart,
  Redirection,
  Script,
  Statement,
  TestExpression,
  Word as WordNode,
  WordPart
} from 'unbash'
export { forEachChild, type SyntaxNode }

/** A node that can stand where a command can. */
export type CommandSyntax =
  | import('unbash').PipelineNode
  | import('unbash').AndOr
  | import('unbash').CompoundList

/**
 * Parses the text of a script. The only place that knows the parser.
 *
 * Positions are in UTF-16 code units, half open. The parser is tolerant: what it did not understand
 * is in {@link parseError} of each script, nested ones included.
 *
 * @throws never for any text, as far as is known; a fault is for the caller's seam
 */
export function parseScript(source: string): Script {
  return parse(source)
}

/** What is wrong with a script itself, not with those nested in it. */
export function parseError(script: Script): string | undefined {
  const { errors } = script as Script & {
    readonly errors?: readonly { readonly message: string }[]
  }
  return errors?.[0]?.message
}
