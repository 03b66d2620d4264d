// Run by node in tests: a program that deploys a release and ends by SIGKILL at a chosen moment.

import { Release } from '@gantry/core'
import { Config } from '@gantry/core/config'
import * as z from 'zod'
import { artifactStore } from '../artifacts/artifact-store.ts'
import { createDelivery } from '../orchestrator/delivery.ts'
import { keptFiles } from './kept-files.ts'
import { memoryStore } from './memory-store.ts'

const Order = z.object({
  storeFile: z.string(),
  home: z.string(),
  cacheDir: z.string(),
  publicPortBase: z.int(),
  config: Config,
  release: Release,
  kind: z.enum(['deploy', 'rollback']),
  /** `api.health running`, `api.switch done`, or a state such as `verifying`. */
  dieAt: z.string(),
  /** So much later, in the middle of what was begun. */
  afterMs: z.int(),
})

const order = Order.parse(JSON.parse(process.argv[2] ?? '{}'))
const store = memoryStore(order.storeFile)
let isDying = false
const artifacts = artifactStore(keptFiles(order.home))
const delivery = createDelivery({
  store,
  home: order.home,
  cacheDir: order.cacheDir,
  compiled: process.env['NODE_COMPILE_CACHE'],
  artifactsOf: () => artifacts,
  publicPortBase: () => order.publicPortBase,
  envFor: (_project, _service, _environment, release) => ({ SENTRY_RELEASE: release }),
  machineEnv: { PATH: process.env['PATH'] },
  onOutput: () => {},
  probeMark: 'crash-probe',
  onTraffic: () => {},
  onChange: deployment => {
    const reached = [deployment.state, ...deployment.steps.map(step => `${step.id} ${step.status}`)]
    if (isDying || deployment.release !== order.release.id || !reached.includes(order.dieAt)) return
    isDying = true
    if (order.afterMs === 0) process.kill(process.pid, 'SIGKILL')
    else setTimeout(() => process.kill(process.pid, 'SIGKILL'), order.afterMs)
  },
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  summon: async () => {},
  log: message => console.error(message),
})
const { config, release, kind } = order
await delivery.resume('tiny', async () => config)
const request = { project: 'tiny', config, environment: 'staging', requestedBy: 'host' }
const { ended } =
  kind === 'deploy'
    ? await delivery.deploy({ ...request, release })
    : await delivery.rollback({ ...request, to: release.id, reason: 'worse' })
const done = await ended
console.log(`ended ${done.state} ${done.failure ?? ''}`)
await delivery.stop()
