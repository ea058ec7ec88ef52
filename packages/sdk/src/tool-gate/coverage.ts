import { AgentGuardError } from '../errors.ts'

/** A tool whose calls an adapter cannot stop. */
export interface UncoveredTool {
  readonly name: string
  /** Why: `provider_executed` runs at the model's provider; `no_execute` runs at a client. */
  readonly why: 'provider_executed' | 'no_execute' | (string & {})
}

/** Which tools pass through the gate. */
export interface CoverageReport {
  readonly covered: readonly string[]
  readonly uncovered: readonly UncoveredTool[]
}

/** What adapters say of the tools that they are given. */
export interface Coverage {
  /** The calls of this tool pass through the gate. */
  covers(name: string): void
  /** They do not. Throws an `AgentGuardError` where that is refused. */
  misses(tool: UncoveredTool): void
  report(): CoverageReport
}

export interface CoverageOptions {
  /** Is told of each tool that cannot be guarded. */
  readonly onUncovered?: ((tool: UncoveredTool) => void) | undefined
  /** Whether such tools are only reported, or refused. @defaultValue report */
  readonly uncovered?: 'report' | 'refuse' | undefined
}

/** How many tools are remembered of each kind. */
const maxTools = 10_000

/** Creates an empty report. */
export function createCoverage({ onUncovered, uncovered = 'report' }: CoverageOptions): Coverage {
  const covered = new Set<string>()
  const missed = new Map<string, UncoveredTool>()
  return {
    covers(name) {
      if (covered.size < maxTools) covered.add(name)
    },
    misses(tool) {
      const key = JSON.stringify([tool.name, tool.why])
      if (!missed.has(key)) {
        if (missed.size < maxTools) missed.set(key, tool)
        onUncovered?.(tool)
      }
      if (uncovered === 'refuse') {
        const name = JSON.stringify(tool.name)
        throw new AgentGuardError(`AgentGuard: the tool ${name} cannot be guarded: ${tool.why}`)
      }
    },
    report: () => ({ covered: [...covered], uncovered: [...missed.values()] })
  }
}
