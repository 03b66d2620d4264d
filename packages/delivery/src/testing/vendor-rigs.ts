import { openRenderFake, openVercelFake, type VendorFake } from '@gantry/vendor-fakes'
import { idOf, type LineSettings } from './vendor-line.ts'

/** A vendor's fake, and what a case of the contract has to know to drive it. */
export interface VendorRig extends AsyncDisposable {
  fake: VendorFake
  line: Pick<LineSettings, 'deploy' | 'env' | 'files'>
  tokenEnv: string
  /** Operations of the published description, by what they are for. */
  operations: {
    /** Starts a deployment. */
    create: string
    /** Says how it is. */
    look: string
    /** Goes back to the former release. */
    back: string
  }
  /** Ids of steps: the one that creates, and the one behind which people meet the release. */
  steps: { create: string; switch: string }
  /** The release that people meet; null before the first. */
  serving(): string | null
  /** How many deployments were created. */
  created(): number
  /** The next builds never end. */
  neverEnds(): void
  /** What is deployed of this release answers 500. */
  fallsIll(release: string): void
  /** The vendor no longer has anything of this release. */
  forgets(release: string): void
  /** Whether a build was cancelled. */
  hasCancelled(): boolean
  reset(): void
}

export const vendorRigs: Record<string, () => Promise<VendorRig>> = { vercel: vercelRig, render: renderRig }

async function vercelRig(): Promise<VendorRig> {
  const fake = await openVercelFake()
  const { state } = fake
  const found = () => [...state.deployments.values()]
  const prepare = () => fake.addProject('web')
  prepare()
  return {
    fake,
    line: {
      deploy: { provider: 'vercel', ...{ project: 'web', timeout: '90s' } },
      env: { VERCEL_TOKEN: fake.token },
      files: { 'config.json': '{"version":3}', 'static/index.html': '<p>{release}</p>' },
    },
    tokenEnv: 'VERCEL_TOKEN',
    operations: {
      create: 'POST /v13/deployments',
      look: 'GET /v13/deployments/{idOrUrl}',
      back: 'POST /v1/projects/{projectId}/rollback/{deploymentId}',
    },
    steps: { create: 'web.stage', switch: 'web.promote' },
    serving() {
      const id = state.projects.get('prj_web')?.production
      return id ? (state.deployments.get(id)?.meta['gantryRelease'] ?? null) : null
    },
    created: () => state.counter,
    neverEnds() {
      state.build = ['QUEUED', 'BUILDING']
    },
    fallsIll: release => void state.ill.add(idOf(release)),
    forgets(release) {
      for (const each of found()) if (each.meta['gantryRelease'] === idOf(release)) state.deployments.delete(each.id)
    },
    hasCancelled: () => found().some(({ readyState }) => readyState === 'CANCELED'),
    reset() {
      fake.reset()
      prepare()
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  }
}

async function renderRig(): Promise<VendorRig> {
  const fake = await openRenderFake()
  const { state } = fake
  const prepare = () => fake.addService('web')
  prepare()
  const deploys = () => state.services.get('srv-web')?.deploys ?? []
  return {
    fake,
    line: {
      deploy: { provider: 'render', ...{ service: 'web', timeout: '90s' } },
      env: { RENDER_API_KEY: fake.token },
      files: {},
    },
    tokenEnv: 'RENDER_API_KEY',
    operations: {
      create: 'POST /services/{serviceId}/deploys',
      look: 'GET /services/{serviceId}/deploys/{deployId}',
      back: 'POST /services/{serviceId}/rollback',
    },
    steps: { create: 'web.deploy', switch: 'web.deploy' },
    serving: () => deploys().find(({ status }) => status === 'live')?.commit ?? null,
    created: () => deploys().length,
    neverEnds() {
      state.build = ['build_in_progress']
    },
    fallsIll: release => void state.ill.add(idOf(release)),
    forgets(release) {
      const service = state.services.get('srv-web')
      if (service) service.deploys = service.deploys.filter(({ commit }) => commit !== idOf(release))
    },
    hasCancelled: () => deploys().some(({ status }) => status === 'canceled'),
    reset() {
      fake.reset()
      prepare()
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  }
}
