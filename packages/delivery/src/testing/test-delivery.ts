import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment, Release, TrafficSample } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { freePorts } from '../../../../tools/free-port.ts'
import { artifactStore } from '../artifacts/artifact-store.ts'
import { createDelivery } from '../orchestrator/delivery.ts'
import type { DeliveryParts } from '../orchestrator/parts.ts'
import type { ServiceOutput } from '../providers/local/services.ts'
import { keptFiles } from './kept-files.ts'
import { memoryStore } from './memory-store.ts'
import { tinyConfig } from './tiny-product.ts'

/** Kept between runs: making an empty database takes seconds. */
export const testCacheDir = join(tmpdir(), 'gantry-test-cache')

const nothingTold = () => ({
  output: [] as ServiceOutput[],
  traffic: [] as TrafficSample[],
  changes: [] as Deployment[],
  log: [] as string[],
})

/** A delivery with everything it told, in a folder of its own. */
export async function testDelivery(over: Partial<DeliveryParts> & { config?: Config } = {}) {
  const home = over.home ?? (await mkdtemp(join(tmpdir(), 'gantry-delivery-')))
  const artifacts = over.artifactsOf?.('tiny') ?? artifactStore(keptFiles(home))
  const store = memoryStore()
  await store.projects.ensure({ name: 'tiny', createdAt: '2026-11-23T00:00:00.000Z' })
  const told = nothingTold()
  const base = over.publicPortBase?.() ?? (await freePorts(8))
  const parts: DeliveryParts = {
    store,
    home,
    artifactsOf: () => artifacts,
    cacheDir: testCacheDir,
    compiled: process.env['NODE_COMPILE_CACHE'],
    publicPortBase: () => base,
    envFor: (_p, _service, environment, release) => ({ SENTRY_RELEASE: release, SENTRY_ENVIRONMENT: environment }),
    machineEnv: { PATH: process.env['PATH'], SECRET_OF_THE_MACHINE: 'x' },
    onOutput: line => told.output.push(line),
    probeMark: 'test-probe',
    onTraffic: samples => told.traffic.push(...samples),
    onChange: deployment => told.changes.push(deployment),
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    summon: async () => {},
    log: message => told.log.push(message),
    drainMs: 300,
    healthTimeoutMs: 60_000,
    stopGraceMs: 1_000,
    ...over,
  }
  const delivery = createDelivery(parts)
  const config = over.config ?? tinyConfig()
  return {
    ...told,
    parts,
    store: parts.store,
    delivery,
    home,
    artifacts,
    config,
    /** To its end. */
    async deploy(release: Release, environment = 'staging'): Promise<Deployment> {
      await parts.store.releases.add(release)
      const request = { project: 'tiny', config, release, environment, requestedBy: 'test' }
      return (await delivery.deploy(request)).ended
    },
    async rollBack(environment = 'staging', to?: string): Promise<Deployment> {
      const request = { project: 'tiny', config, environment, requestedBy: 'test', reason: 'worse', to }
      return (await delivery.rollback(request)).ended
    },
    async end() {
      await delivery.stop()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
