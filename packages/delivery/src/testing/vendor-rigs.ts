import { openRenderFake, openVercelFake } from '@gantry/vendor-fakes'
import { flyRig } from '../providers/fly/testing/fly-rig.ts'
import { idOf } from './vendor-line.ts'
import type { VendorRig } from './vendor-rig.ts'

export const vendorRigs: Record<string, () => Promise<VendorRig>> = {
  fly: flyRig,
  vercel: vercelRig,
  render: renderRig,
}

async function vercelRig(): Promise<VendorRig> {
  const clock = { ms: Date.parse('2026-11-27T00:00:00Z') }
  const fake = await openVercelFake({ now: () => clock.ms })
  const { state } = fake
  const found = () => [...state.deployments.values()]
  const prepare = () => fake.addProject('web')
  prepare()
  return {
    fake,
    line: {
      deploy: { provider: 'vercel', ...{ project: 'web', timeout: '90s' } },
      env: { VERCEL_TOKEN: fake.token },
      // The same for every release: a fault for the act that creates meets no other, which only asks for files.
      files: { 'config.json': '{"version":3}', 'static/index.html': '<p>' },
      clock,
    },
    tokenEnv: 'VERCEL_TOKEN',
    operations: {
      create: 'POST /v13/deployments',
      look: 'GET /v13/deployments/{idOrUrl}',
      back: 'POST /v1/projects/{projectId}/rollback/{deploymentId}',
    },
    preview: {
      deploy: { provider: 'vercel', ...{ project: 'web', timeout: '90s' } },
      makes: 'web.stage',
      removes: 'DELETE /v13/deployments/{id}',
      left: () => found().flatMap(({ id, meta }) => (meta['gantryEnvironment'] === 'pr-12' ? [id] : [])),
    },
    steps: { create: 'web.stage', switch: 'web.promote', missing: 'web.find' },
    givenUp: /cancelled/,
    serving() {
      const id = state.projects.get('prj_web')?.production
      return id ? (state.deployments.get(id)?.meta['gantryRelease'] ?? null) : null
    },
    created: () => state.counter,
    takes: ms => void Object.assign(state, { build: ['READY'], buildMs: ms }),
    neverEnds() {
      state.build = ['QUEUED', 'BUILDING']
    },
    fallsIll: release => void state.ill.add(idOf(release)),
    forgets(release) {
      for (const each of found()) if (each.meta['gantryRelease'] === idOf(release)) state.deployments.delete(each.id)
    },
    keeps(key) {
      const project = state.projects.get('prj_web')
      const others = project?.variables.filter(each => each.key !== key) ?? []
      clock.ms += 1
      if (project) project.variables = [...others, { key, target: ['production'], updatedAt: clock.ms }]
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
  const clock = { ms: Date.parse('2026-11-27T00:00:00Z') }
  const fake = await openRenderFake({ now: () => clock.ms })
  const { state } = fake
  const prepare = () => {
    fake.addService('web')
    fake.addService('image', { imagePath: 'ghcr.io/acme/web:main' })
  }
  prepare()
  const deploys = () => state.services.get('srv-web')?.deploys ?? []
  return {
    fake,
    line: {
      deploy: { provider: 'render', ...{ service: 'web', timeout: '90s' } },
      env: { RENDER_API_KEY: fake.token },
      files: {},
      clock,
    },
    tokenEnv: 'RENDER_API_KEY',
    operations: {
      create: 'POST /services/{serviceId}/deploys',
      look: 'GET /services/{serviceId}/deploys/{deployId}',
      back: 'POST /services/{serviceId}/rollback',
    },
    preview: {
      deploy: { provider: 'render', ...{ service: 'image', image: 'ghcr.io/acme/web:{commit}', timeout: '90s' } },
      makes: 'web.deploy',
      removes: 'DELETE /services/{serviceId}',
      left: () => [...state.services.values()].flatMap(({ name }) => (name.includes('pr-12') ? [name] : [])),
    },
    steps: { create: 'web.deploy', switch: 'web.deploy', missing: 'web.find' },
    givenUp: /cancelled/,
    serving: () => deploys().find(({ status }) => status === 'live')?.commit ?? null,
    created: () => deploys().length,
    takes: ms => void Object.assign(state, { build: ['live'], buildMs: ms }),
    neverEnds() {
      state.build = ['build_in_progress']
    },
    fallsIll: release => void state.ill.add(idOf(release)),
    forgets(release) {
      const service = state.services.get('srv-web')
      if (service) service.deploys = service.deploys.filter(({ commit }) => commit !== idOf(release))
    },
    keeps(name, value) {
      const service = state.services.get('srv-web')
      if (service) service.env = { ...service.env, [name]: value }
    },
    hasCancelled: () => deploys().some(({ status }) => status === 'canceled'),
    reset() {
      fake.reset()
      prepare()
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  }
}
