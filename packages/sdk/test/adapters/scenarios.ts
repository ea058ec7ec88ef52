import { describe, expect, test } from 'vitest'
import { AgentGuardError, type AgentGuardOptions } from '../../src/index.ts'
import { createToolGate, type ToolGate, type ToolGateOptions } from '../../src/tool-gate/index.ts'
import { type GuardServer, useGuardServer } from '../support/guard-server.ts'
import { serveVerdict } from '../support/serve-verdict.ts'

/** A policy with each verdict for the tool `bash`: `ls *` runs, `rm *` does not, `npm *` needs a person. */
export const policy = `version: "1"
name: adapters
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm *", message: packages are looked at }]
    allow: [{ pattern: "ls *" }]
`

/** What an agent of a framework is made of, to run it once. */
export interface Agent {
  readonly gate: ToolGate
  /** What the model calls `bash` with, all in its first turn; in its second one it is done. */
  readonly commands: readonly string[]
  /** The body of the tool `bash`. It answers `ran <command>`. */
  readonly bash: (args: { readonly command: string }) => string
  readonly signal?: AbortSignal | undefined
}

/** Where an agent came to. */
export interface Stop {
  /** What the model was told of each call, by its place; undefined for those that wait. */
  readonly told: readonly (string | undefined)[]
  /**
   * Present if the framework has paused: goes on, with what its client says. `edited` is the command that a client
   * puts into the place of the only one that waits; frameworks without such edits leave it out.
   */
  readonly resume?: (answer: { readonly approved: boolean; edited?: string }) => Promise<Stop>
}

/** How the scenarios drive a framework. */
export interface Harness {
  /** Runs an agent until it is done, or the framework pauses. Where the framework rejects, so does this. */
  run(agent: Agent): Promise<Stop>
  /** Whether the framework can pause. @defaultValue true */
  readonly pauses?: boolean
  /** Whether clients can edit the arguments of what waits. @defaultValue true */
  readonly edits?: boolean
  /** Whether runs take a signal. @defaultValue true */
  readonly aborts?: boolean
}

/** An agent, with what it ran. */
interface Case {
  readonly ran: string[]
  start(...commands: readonly string[]): Promise<Stop>
}

let count = 0
/** A command that nobody has asked about. */
const fresh = (command: string): string => `${command} case-${++count}`

/** The scenarios that hold for the adapter of each framework, on a real server, which further ones can share. */
export function describeScenarios(
  name: string,
  harness: Harness,
  server: () => GuardServer = useGuardServer({ policy })
): () => GuardServer {
  const { pauses = true, edits = true, aborts = true } = harness

  function prepare(
    options: ToolGateOptions = {},
    client: AgentGuardOptions = {},
    signal?: AbortSignal
  ): Case {
    const ran: string[] = []
    const gate = createToolGate(server().client(client), options)
    const bash = ({ command }: { readonly command: string }): string => {
      ran.push(command)
      return `ran ${command}`
    }
    return { ran, start: (...commands) => harness.run({ gate, commands, bash, signal }) }
  }

  async function checksOf(command: string): Promise<string[]> {
    const entries = await server().entries()
    return entries
      .filter(({ request }) => request.command === command)
      .map(({ result }) => result.decision)
  }

  describe(`${name}: the scenarios of all adapters`, () => {
    test('an allowed call runs once, and is asked about once', async () => {
      const { ran, start } = prepare()
      const command = fresh('ls')
      expect((await start(command)).told).toEqual([expect.stringContaining(`ran ${command}`)])
      expect(ran).toEqual([command])
      expect(await checksOf(command)).toEqual(['ALLOW'])
    })

    test('a denied call never runs, and the model is told why', async () => {
      const { ran, start } = prepare()
      const command = fresh('rm')
      expect((await start(command)).told).toEqual([expect.stringContaining('nothing is deleted')])
      expect(ran).toEqual([])
      expect(await checksOf(command)).toEqual(['DENY'])
    })

    test('a call waits for a yes, and runs', async () => {
      const { ran, start } = prepare()
      const command = fresh('npm')
      const run = start(command)
      await server().approve(await server().nextApproval())
      expect((await run).told).toEqual([expect.stringContaining(`ran ${command}`)])
      expect(ran).toEqual([command])
      expect(await checksOf(command)).toEqual(['REQUIRE_APPROVAL', 'ALLOW'])
    })

    test('a call waits for a no, and does not run', async () => {
      const { ran, start } = prepare()
      const run = start(fresh('npm'))
      await server().deny(await server().nextApproval())
      expect((await run).told).toEqual([expect.stringContaining('[AgentGuard]')])
      expect(ran).toEqual([])
    })

    test('a call that nobody answers does not run', async () => {
      const { ran, start } = prepare({ approvalTimeoutMs: 20 })
      expect((await start(fresh('npm'))).told).toEqual([expect.stringContaining('[AgentGuard]')])
      await server().nextApproval()
      expect(ran).toEqual([])
    })

    test('without a server nothing runs, unless the client fails open', async () => {
      const closed = prepare({}, { baseUrl: 'http://127.0.0.1:1' })
      expect((await closed.start(fresh('ls'))).told).toEqual([expect.stringMatching(/AgentGuard/)])
      expect(closed.ran).toEqual([])
      const open = prepare({}, { baseUrl: 'http://127.0.0.1:1', failMode: 'allow' })
      const command = fresh('ls')
      expect((await open.start(command)).told).toEqual([expect.stringContaining('ran ')])
      expect(open.ran).toEqual([command])
    })

    test('a decision that nobody knows is a denial', async () => {
      for (const decision of ['deny', 'allow', 'MAYBE', '']) {
        const baseUrl = await serveVerdict({ decision, reason: 'odd' })
        const { ran, start } = prepare({}, { baseUrl, failMode: 'allow' })
        expect((await start(fresh('ls'))).told).toEqual([expect.stringContaining('[AgentGuard]')])
        expect(ran).toEqual([])
      }
    })

    test('a listener or a description that throws is a denial', async () => {
      const broken = (): never => {
        throw new AgentGuardError('broken')
      }
      for (const options of [{ onDecision: broken }, { describe: broken }]) {
        const { ran, start } = prepare(options)
        expect((await start(fresh('ls'))).told).toEqual([expect.stringContaining('[AgentGuard]')])
        expect(ran).toEqual([])
      }
    })

    test('calls at the same time have each their own verdict', async () => {
      const { ran, start } = prepare()
      const [good, bad, asked] = [fresh('ls'), fresh('rm'), fresh('npm')]
      const run = start(good, bad, asked)
      await server().approve(await server().nextApproval())
      expect((await run).told).toEqual([
        expect.stringContaining(`ran ${good}`),
        expect.stringContaining('nothing is deleted'),
        expect.stringContaining(`ran ${asked}`)
      ])
      expect(ran.toSorted()).toEqual([good, asked].toSorted())
      for (const command of [good, bad]) expect(await checksOf(command)).toHaveLength(1)
    })

    test('in shadow everything runs, and the verdicts are told', async () => {
      const verdicts: string[] = []
      const { ran, start } = prepare({
        shadow: true,
        onDecision: ({ verdict }) => verdicts.push(verdict.kind)
      })
      const command = fresh('rm')
      expect((await start(command)).told).toEqual([expect.stringContaining(`ran ${command}`)])
      expect({ ran, verdicts }).toEqual({ ran: [command], verdicts: ['deny'] })
    })

    const abortable = aborts ? test : undefined
    abortable?.('giving up ends the waiting, and nothing runs', async () => {
      const stop = new AbortController()
      const { ran, start } = prepare({}, {}, stop.signal)
      const run = start(fresh('npm')).catch((error: unknown) => error)
      const id = await server().nextApproval()
      stop.abort()
      await run
      await server().approve(id)
      expect(ran).toEqual([])
    })
  })

  const pausable = pauses ? describe : undefined
  pausable?.(`${name}: the pause of the framework`, () => {
    const native: ToolGateOptions = { approval: 'native' }

    /** Starts, and comes to the pause. */
    async function paused(start: Case['start'], ...commands: string[]): Promise<Required<Stop>> {
      const stop = await start(...commands)
      if (!stop.resume) throw new Error(`no pause: ${JSON.stringify(stop.told)}`)
      return stop as Required<Stop>
    }

    test('goes on after the server has a yes, and runs once', async () => {
      const { ran, start } = prepare(native)
      const command = fresh('npm')
      const stop = await paused(start, command)
      expect(ran).toEqual([])
      await server().approve(await server().nextApproval())
      const end = await stop.resume({ approved: true })
      expect(end.told).toEqual([expect.stringContaining(`ran ${command}`)])
      expect(ran).toEqual([command])
      expect(await checksOf(command)).toEqual(['REQUIRE_APPROVAL', 'ALLOW'])
    })

    test('the yes of a client is not enough', async () => {
      const { ran, start } = prepare(native)
      const stop = await paused(start, fresh('npm'))
      await server().nextApproval()
      await stop.resume({ approved: true })
      expect(ran).toEqual([])
    })

    test('the no of a person at the server counts more than the yes of a client', async () => {
      const { ran, start } = prepare(native)
      const stop = await paused(start, fresh('npm'))
      await server().deny(await server().nextApproval())
      const end = await stop.resume({ approved: true })
      expect(end.told).toEqual([expect.any(String)])
      expect(ran).toEqual([])
    })

    test('the no of a client counts, too', async () => {
      const { ran, start } = prepare(native)
      const stop = await paused(start, fresh('npm'))
      await server().approve(await server().nextApproval())
      await stop.resume({ approved: false })
      expect(ran).toEqual([])
    })

    const editable = edits ? test : undefined
    editable?.('edited arguments are judged again', async () => {
      const { ran, start } = prepare(native)
      const stop = await paused(start, fresh('npm'))
      await server().approve(await server().nextApproval())
      await stop.resume({ approved: true, edited: fresh('rm') })
      expect(ran).toEqual([])
      const again = await paused(start, fresh('npm'))
      await server().approve(await server().nextApproval())
      await again.resume({ approved: true, edited: fresh('npm publish') })
      await server().nextApproval()
      expect(ran).toEqual([])
    })

    test('what runs beside a pause runs once', async () => {
      const { ran, start } = prepare(native)
      const [good, bad, asked] = [fresh('ls'), fresh('rm'), fresh('npm')]
      const stop = await paused(start, good, bad, asked)
      await server().approve(await server().nextApproval())
      await stop.resume({ approved: true })
      expect(ran.toSorted()).toEqual([good, asked].toSorted())
    })
  })
  return server
}
