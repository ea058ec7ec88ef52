import { createApp } from '../../src/http/create-app.ts'
import { depsOf } from '../support/deps.ts'
import { listen } from '../support/listen.ts'
import { approvalsContract } from './approvals.contract.ts'
import { auditContract } from './audit.contract.ts'
import { httpContract, type Open } from './http.contract.ts'

const inTheApplication: Open = async (deps) => {
  const app = createApp(await depsOf(deps))
  return async (target, init) => app.request(target, init)
}

const overASocket: Open = async (deps) => {
  const port = await listen(deps)
  return (target, init) => fetch(`http://127.0.0.1:${port}${target}`, init)
}

for (const contract of [httpContract, approvalsContract, auditContract]) {
  contract('in the application', inTheApplication)
  contract('over a socket', overASocket)
}
