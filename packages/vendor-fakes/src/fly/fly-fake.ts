import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { flyDescription } from './description.ts'
import { type FakeMachine, type ImageBehaviour, stateAt } from './fake-machine.ts'
import { fakeRates } from './fake-rates.ts'
import { type Act, flyActs } from './fly-acts.ts'
import { answeringAt, emptyWorld, type FlyClock, type FlyWorld, makeMachine, ok, refused } from './fly-world.ts'

/** Fly's Machines API, its registry and the addresses of its apps. */
export interface FlyFake extends VendorFake, Pick<FlyWorld, 'machines' | 'images' | 'secrets' | 'ill' | 'apps'> {
  /** What was refused with 429: nothing, by a client that keeps to the rates. */
  limited: string[]
  /** How machines behave whose image has this in its name. */
  behaves(image: string, behaviour: Partial<ImageBehaviour>): void
  /** As `fly deploy` or a person would: a machine that Gantry did not make. */
  addMachine(app: string, machine?: { region?: string; config?: object }): FakeMachine
  state(machine: FakeMachine): string
  /** The release of each machine that takes requests. */
  answering(app: string): string[]
}

export async function openFlyFake(clock: FlyClock): Promise<FlyFake> {
  const world = emptyWorld(clock)
  const limited: string[] = []
  const fake = await openVendorFake({
    description: flyDescription,
    base: '/v1',
    host: 'api.machines.dev',
    refusal: refused(401, 'token is expired or was revoked'),
    errorBody: (_status, code, error) => ({ error, status: code }),
    requestIdHeader: 'fly-request-id',
    acts: withinRates(flyActs(world), clock, limited),
    site: (host, path) => (host === 'registry.fly.io' ? manifest(world, path) : page(world, host)),
  })
  const { forget } = fake
  return Object.assign(fake, {
    machines: world.machines,
    images: world.images,
    secrets: world.secrets,
    ill: world.ill,
    apps: world.apps,
    limited,
    behaves: (image: string, behaviour: Partial<ImageBehaviour>) => void world.behaviours.push([image, behaviour]),
    addMachine: (app: string, { region = 'ams', config = {} } = {}) =>
      makeMachine(world, app, {
        region,
        cordoned: false,
        config: { image: `registry.fly.io/${app}:by-hand`, ...config },
      }),
    state: (machine: FakeMachine) => stateAt(machine, clock.now()),
    answering: (app: string) =>
      answeringAt(world, app).map(({ config }) => config.metadata['gantry_release'] ?? 'by hand'),
    forget() {
      forget()
      for (const list of [world.machines, world.behaviours, limited]) list.length = 0
      for (const known of [world.images, world.apps, world.secrets, world.secretsVersions, world.ill]) known.clear()
    },
  })
}

function withinRates(acts: Record<string, Act>, { now }: FlyClock, limited: string[]): Record<string, Act> {
  const mayPass = fakeRates(now)
  const paced = (operation: string, act: Act) => (request: FakeRequest) => {
    const action = operation === 'GET /apps/{app_name}/machines/{machine_id}' ? 'get' : operation
    const about = request.params['machine_id'] ?? request.params['app_name'] ?? ''
    if (mayPass(action, about)) return act(request)
    limited.push(`${action} ${about}`)
    return { ...refused(429, 'rate limit exceeded'), headers: { 'retry-after': '1' } }
  }
  return Object.fromEntries(Object.entries(acts).map(([operation, act]) => [operation, paced(operation, act)]))
}

function page(world: FlyWorld, host: string): FakeAnswer {
  const app = host.replace(/\.fly\.dev$/, '')
  // One that the API made is reached once it was given an address.
  if (world.apps.get(app)?.addresses.length === 0) return { status: 502, body: 'no address' }
  const [machine] = answeringAt(world, app)
  if (!machine) return { status: 503, body: 'no machine' }
  return [...world.ill].some(part => machine.config.image.includes(part)) ? { status: 500, body: 'ill' } : ok({})
}

/** What the registry has, by tag or by digest. */
function manifest({ images }: FlyWorld, path: string): FakeAnswer {
  const [, app = '', reference = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path) ?? []
  const digest = images.get(`${app}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`)
  if (digest === undefined) return { status: 404 }
  return { status: 200, headers: { 'docker-content-digest': digest } }
}
