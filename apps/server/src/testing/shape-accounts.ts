import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Promotion } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'
import { realPostgres } from '@gantry/store/testing'
import {
  type FlyFake,
  openFlyFake,
  openRenderFake,
  openVercelFake,
  type RenderFake,
  type VercelFake,
} from '@gantry/vendor-fakes'
import { ask } from './control-plane.ts'

/** An account at each vendor, as its owner finds it before the first deployment by Gantry. */
export interface ShapeAccounts extends AsyncDisposable {
  /** Of jobs, so that they find the vendors. */
  env: Readonly<Record<string, string>>
  /** Of one environment, with a database of its own. */
  secrets(): Promise<Record<string, string>>
  /** Makes the apps, projects and services that a config names, and the images of a commit. */
  prepare(config: Config, sha: string): void
  /** What serves of each service at a vendor, by environment; and what should. */
  serving(config: Config): Record<string, string | null>
  expected(config: Config, sha: string): Record<string, string>
  /** Lets a promotion past its monitors, which do not reach the vendors' hosts. */
  letPast(api: string, promotion: Promotion): Promise<void>
  /** What vendors were asked that they do not know. */
  oddities(): string[]
}

const environments = ['staging', 'production']

export async function openShapeAccounts(): Promise<ShapeAccounts> {
  const postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  const fly = await openFlyFake({ now: Date.now, sleep: ms => sleep(ms) })
  const [vercel, render] = await Promise.all([openVercelFake(), openRenderFake()])
  const origin = (url: string) => new URL(url).origin
  const sites = {
    'vercel.app': vercel.url,
    'fly.dev': origin(fly.url),
    'registry.fly.io': origin(fly.url),
    'onrender.com': origin(render.url),
  }
  return {
    env: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'vendor-sites.mjs')).href}`,
      FAKE_VENDORS: JSON.stringify(sites),
      ...{ VERCEL_API_URL: vercel.url, FLY_API_HOSTNAME: origin(fly.url), RENDER_API_URL: render.url },
    },
    async secrets() {
      return {
        DATABASE_URL: await postgres.createDatabase(),
        ...{ VERCEL_TOKEN: vercel.token, FLY_API_TOKEN: fly.token, RENDER_API_KEY: render.token },
      }
    },
    prepare(config, sha) {
      for (const { provider, name, isOwn, isRolling } of placesOf(config)) {
        if (provider === 'render') render.addService(name)
        if (provider === 'vercel' && isOwn) vercel.addProject(name, { domains: [`${name}.vercel.app`] })
        // A volume, and the machine that has it, are made by a person before the first deployment.
        if (isRolling) fly.addMachine(name, { config: madeByHand })
        const digest = `sha256:${createHash('sha256').update(`${name} ${sha}`).digest('hex')}`
        if (provider === 'fly')
          for (const image of [`${name}:gantry-${sha.slice(0, 12)}`, `${name}@${digest}`]) fly.images.set(image, digest)
      }
    },
    serving: config =>
      Object.fromEntries(
        placesOf(config).map(({ service, provider, name, environment, isOwn }) => [
          `${service} in ${environment}`,
          servedAt({ fly, vercel, render }, { provider, name, isOwn }),
        ]),
      ),
    expected: (config, sha) =>
      Object.fromEntries(placesOf(config).map(({ service, environment }) => [`${service} in ${environment}`, sha])),
    async letPast(api, { id, gates, version }) {
      if (gates.every(({ state }) => state === 'met')) return
      const body = { gate: 'monitorsUp', reason: 'no probe of a test reaches a vendor', version }
      await ask('POST', `${api}/promotions/${id}/override`, body)
    },
    oddities: () => [vercel, fly, render].flatMap(fake => fake.oddities.map(each => JSON.stringify(each))),
    async [Symbol.asyncDispose]() {
      await Promise.all([vercel, fly, render].map(fake => fake[Symbol.asyncDispose]()))
      await postgres.stop()
    },
  }
}

interface Fakes {
  fly: FlyFake
  vercel: VercelFake
  render: RenderFake
}

function servedAt(
  { fly, vercel, render }: Fakes,
  { provider, name, isOwn }: Pick<Place, 'provider' | 'name' | 'isOwn'>,
): string | null {
  if (provider === 'fly') return fly.answering(name)[0] ?? null
  if (provider === 'render') {
    const service = [...render.state.services.values()].find(each => each.name === name)
    return service?.deploys.find(({ status }) => status === 'live')?.commit ?? null
  }
  const project = [...vercel.state.projects.values()].find(each => each.name === name)
  const id = isOwn ? project?.production : vercel.state.aliases.get(`${name}-staging.vercel.app`)
  return vercel.state.deployments.get(id ?? '')?.meta['gantryRelease'] ?? null
}

interface Place {
  service: string
  provider: string
  name: string
  environment: string
  /** Its production is this environment's; where two share a project at Vercel, staging has an alias. */
  isOwn: boolean
  /** Machines at Fly.io are replaced in their place. */
  isRolling: boolean
}

/** As `fly deploy` makes one of fly.toml: it takes requests, and has the volume. */
const madeByHand = {
  metadata: { fly_platform_version: 'v2', fly_process_group: 'app' },
  mounts: [{ volume: 'vol_by_hand', path: '/data' }],
  services: [{ protocol: 'tcp', internal_port: 8080 }],
}

/** Each service at a vendor in each environment, under the name it has there. */
function placesOf({ services }: Config): Place[] {
  return Object.entries(services).flatMap(([service, { deploy }]) => {
    const key = { fly: 'app', render: 'service', vercel: 'project' }[deploy.provider]
    if (key === undefined) return []
    const named = deploy[key]
    return environments.map(environment => ({
      ...{ service, provider: deploy.provider, environment },
      isOwn: environment === 'production' || String(named).includes('{environment}'),
      isRolling: deploy['strategy'] === 'rolling',
      name:
        typeof named === 'string' ? named.replaceAll('{environment}', environment) : String(Object(named)[environment]),
    }))
  })
}
