import { checkArithmeticWord } from './arithmetic.ts'
import { expandUnsplit } from './expand-word.ts'
import type { TestExpression } from './parse-script.ts'
import type { Walk } from './walk.ts'

const arithmetic = /^-(eq|ne|lt|le|gt|ge)$/

/** Walks the words of `[[ … ]]`, and what in it is evaluated. */
export function walkTest(outer: Walk, node: TestExpression): void {
  const walk = outer.isInner ? outer : outer.with({ isInner: true })
  walk.findings.canStep()
  switch (node.type) {
    case 'TestLogical':
      for (const operand of node.operands) walkTest(walk, operand)
      return
    case 'TestNot':
      return walkTest(walk, node.operand)
    case 'TestGroup':
      return walkTest(walk, node.expression)
    case 'TestUnary': {
      const { text } = expandUnsplit(walk, node.operand)
      const takesName = node.operator === '-v' || node.operator === '-R'
      if (takesName && !/^[A-Za-z_]\w*$/.test(text ?? '')) {
        walk.unknown('a name with a subscript is evaluated', node)
      }
      return
    }
    case 'TestBinary':
      expandUnsplit(walk, node.left)
      expandUnsplit(walk, node.right)
      if (!arithmetic.test(node.operator)) return
      checkArithmeticWord(walk, node.left)
      checkArithmeticWord(walk, node.right)
  }
}
