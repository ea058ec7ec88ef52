import { afterEach, describe, expect, test, vi } from 'vitest'
import DefaultAgentGuard, * as sdk from '../../src/index.ts'
import { AgentGuard, LOCAL_TENANT_ID } from '../../src/index.ts'

/** What programs of version 1.0 may have looked at. */
function fields(guard: AgentGuard): Record<string, unknown> {
  const { baseUrl, agentId, apiKey, timeout, failMode, tenantId } = guard as unknown as Record<
    string,
    unknown
  >
  return { baseUrl, agentId, apiKey, timeout, failMode, tenantId }
}

const environment = {
  AGENTGUARD_URL: 'http://env:1/',
  AGENTGUARD_API_KEY: 'env-key',
  AGENTGUARD_TENANT_ID: 'env-tenant'
}

function withEnvironment(values: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(environment)) vi.stubEnv(name, values[name] ?? '')
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe('the exports of version 1.0', () => {
  test('are all there', () => {
    expect(DefaultAgentGuard).toBe(AgentGuard)
    expect(LOCAL_TENANT_ID).toBe('local')
    expect(Object.keys(sdk).sort()).toEqual([
      'AgentGuard',
      'AgentGuardApprovalRequiredError',
      'AgentGuardApprovalTimeoutError',
      'AgentGuardAuthError',
      'AgentGuardDeniedError',
      'AgentGuardError',
      'AgentGuardRequestError',
      'LOCAL_TENANT_ID',
      'default',
      'guarded'
    ])
  })
})

describe('new AgentGuard', () => {
  test('without anything, has defaults', () => {
    withEnvironment({})
    expect(fields(new AgentGuard())).toEqual({
      baseUrl: 'http://localhost:8080',
      agentId: '',
      apiKey: '',
      timeout: 5000,
      failMode: 'deny',
      tenantId: ''
    })
  })

  test('reads the environment when it is made', () => {
    withEnvironment(environment)
    expect(fields(new AgentGuard())).toMatchObject({
      baseUrl: 'http://env:1',
      apiKey: 'env-key',
      tenantId: 'env-tenant'
    })
  })

  test('takes a URL instead of options, and then no URL of the environment', () => {
    withEnvironment(environment)
    expect(fields(new AgentGuard('http://here/'))).toMatchObject({
      baseUrl: 'http://here',
      apiKey: 'env-key',
      tenantId: 'env-tenant',
      agentId: '',
      timeout: 5000
    })
    expect(fields(new AgentGuard(''))).toMatchObject({ baseUrl: '' })
  })

  test('takes empty texts for what they are', () => {
    withEnvironment(environment)
    const options = { baseUrl: '', apiKey: '', tenantId: '' }
    expect(fields(new AgentGuard(options))).toMatchObject(options)
  })

  test('takes one slash off the end of the URL', () => {
    expect(fields(new AgentGuard('http://here//'))).toMatchObject({ baseUrl: 'http://here/' })
  })

  test('works where there is no process', () => {
    vi.stubGlobal('process', undefined)
    expect(fields(new AgentGuard())).toMatchObject({ baseUrl: 'http://localhost:8080' })
  })

  test('works where the environment may not be read', () => {
    const process = {
      get env(): never {
        throw new Error('no permission')
      }
    }
    vi.stubGlobal('process', process)
    expect(fields(new AgentGuard())).toMatchObject({ apiKey: '' })
  })

  test('refuses options that do not exist', () => {
    const make = (): unknown => new AgentGuard({ baseURL: 'x' } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/unknown options \["baseURL"\]\. Valid options: \[.*"baseUrl".*\]\.$/)
  })

  test('refuses another fail mode', () => {
    const make = (): unknown => new AgentGuard({ failMode: 'always' as never })
    expect(make).toThrow(TypeError)
    expect(make).toThrow('AgentGuard: invalid failMode "always". Expected one of ["deny","allow"].')
  })

  test('keeps what another client leaves undefined, whatever the environment says', () => {
    vi.stubEnv('AGENTGUARD_TENANT_ID', 'of-the-environment')
    const given = { tenantId: 'acme', apiKey: 'k', failMode: 'allow', sessionId: 's' } as const
    const nothing = { tenantId: undefined, apiKey: undefined, failMode: undefined }
    const other = new AgentGuard(given).with({ ...nothing, sessionId: 't' })
    expect(other).toMatchObject({ ...given, sessionId: 't' })
    expect(other).toHaveProperty('apiKey', 'k')
  })

  test('does not show the key where it is printed', () => {
    const guard = new AgentGuard({ apiKey: 'hush' })
    expect(JSON.stringify(guard)).not.toContain('hush')
    expect(Object.values(guard)).not.toContain('hush')
  })
})
