import { createApp } from '../../src/http/create-app.ts'
import { depsOf } from '../support/deps.ts'
import { listen } from '../support/listen.ts'
import { httpContract } from './http.contract.ts'

httpContract('in the application', async (deps) => {
  const app = createApp(await depsOf(deps))
  return async (target, init) => app.request(target, init)
})

httpContract('over a socket', async (deps) => {
  const port = await listen(deps)
  return (target, init) => fetch(`http://127.0.0.1:${port}${target}`, init)
})
