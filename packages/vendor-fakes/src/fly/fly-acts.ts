import { createHash } from 'node:crypto'
import type { FakeAnswer, FakeRequest } from '../fake.ts'
import { boot, type FakeMachine, halt, momentOf, stateAt } from './fake-machine.ts'
import { behaviourOf, type FlyWorld, machinesOf, makeMachine, ok, refused, show } from './fly-world.ts'

export type Act = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>
type MachineAct = (machine: FakeMachine, request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>

const machines = '/apps/{app_name}/machines'
const machine = `${machines}/{machine_id}`

/** What the Machines API does, by operation. */
export const flyActs = (world: FlyWorld): Record<string, Act> => ({
  ...appActs(world),
  ...ownAppActs(world),
  ...stateActs(world),
  ...leaseActs(world),
  [`GET ${machine}`]: reading(world, found => ok(show(world, found))),
  [`POST ${machine}`]: changing(world, (found, request) => update(world, found, request)),
  [`GET ${machine}/wait`]: reading(world, (found, request) => wait(world, found, request)),
  [`POST ${machine}/metadata/{key}`]: changing(world, ({ config }, { params, body }) => {
    config.metadata[params['key'] ?? ''] = String(Object(body).value)
    return { status: 204 }
  }),
})

function appActs(world: FlyWorld): Record<string, Act> {
  return {
    [`GET ${machines}`]: ({ params }) => ok(machinesOf(world, params['app_name'] ?? '').map(each => show(world, each))),
    [`POST ${machines}`]: ({ params, body }) => create(world, params['app_name'] ?? '', body as NewMachine),
    'GET /apps/{app_name}/secrets': ({ params }) => {
      const all = Object.entries(world.secrets.get(params['app_name'] ?? '') ?? {})
      return ok({ secrets: all.map(([name, value]) => ({ name, digest: digestOf(value) })) })
    },
    'POST /apps/{app_name}/secrets': ({ params, body }) => {
      const app = params['app_name'] ?? ''
      const { values } = body as { values: Record<string, string> }
      const version = (world.secretsVersions.get(app) ?? 0) + 1
      world.secrets.set(app, { ...world.secrets.get(app), ...values })
      world.secretsVersions.set(app, version)
      return ok({ secrets: Object.keys(values).map(name => ({ name })), version })
    },
  }
}

const digestOf = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 16)

/** Apps that are made and destroyed by the API: those of previews. */
function ownAppActs(world: FlyWorld): Record<string, Act> {
  const ofApp =
    (act: (app: { organization: string; addresses: string[] }, name: string) => FakeAnswer): Act =>
    ({ params }) => {
      const name = params['app_name'] ?? ''
      const found = world.apps.get(name)
      return found ? act(found, name) : refused(404, `app not found: ${name}`)
    }
  return {
    'POST /apps': ({ body }) => {
      const { app_name: name, org_slug: organization } = body as { app_name: string; org_slug: string }
      if (world.apps.has(name)) return refused(422, 'Name has already been taken', 'name_taken')
      world.apps.set(name, { organization, addresses: [] })
      return { status: 201 }
    },
    'GET /apps/{app_name}': ofApp(({ organization: slug }, name) => ok({ name, organization: { slug, name: slug } })),
    'DELETE /apps/{app_name}': ofApp((_app, name) => {
      for (const each of machinesOf(world, name)) halt(each, world.now(), 'destroyed')
      world.apps.delete(name)
      return { status: 202 }
    }),
    'GET /apps/{app_name}/ip_assignments': ofApp(({ addresses }) =>
      ok({ ips: addresses.map(ip => ({ ip, shared: true })) }),
    ),
    'POST /apps/{app_name}/ip_assignments': ofApp(found => {
      found.addresses.push('66.241.125.1')
      return ok({ ip: '66.241.125.1', shared: true })
    }),
  }
}

function stateActs(world: FlyWorld): Record<string, Act> {
  const now = () => world.now()
  const cordon = (isCordoned: boolean) =>
    changing(world, found => {
      found.cordoned = isCordoned
      return ok({ ok: true })
    })
  return {
    [`POST ${machine}/cordon`]: cordon(true),
    [`POST ${machine}/uncordon`]: cordon(false),
    [`POST ${machine}/start`]: changing(world, found => {
      const before = stateAt(found, now())
      if (before !== 'started' && before !== 'starting') boot(found, now(), behaviourOf(world, found))
      return ok({ previous_state: before, migrated: false, new_host: '' })
    }),
    [`POST ${machine}/stop`]: changing(world, found => {
      if (stateAt(found, now()) === 'started') halt(found, now(), 'stopped')
      return ok({ ok: true })
    }),
    [`DELETE ${machine}`]: changing(world, (found, { query }) => {
      if (query['force'] !== 'true' && stateAt(found, now()) === 'started')
        return refused(412, 'unable to destroy machine, not currently stopped, suspended or failed')
      halt(found, now(), 'destroyed')
      return ok({ ok: true })
    }),
  }
}

function leaseActs(world: FlyWorld): Record<string, Act> {
  return {
    [`GET ${machine}/lease`]: reading(world, ({ lease, instance }) =>
      lease !== null && lease.expiresAt > world.now()
        ? ok(shownLease(lease, instance))
        : refused(404, 'lease not found'),
    ),
    [`POST ${machine}/lease`]: changing(world, (found, { body }) => {
      const { ttl = 60, description = '' } = body as { ttl?: number; description?: string }
      const expiresAt = world.now() + ttl * 1_000
      found.lease = { nonce: `n-${world.nextId()}`, expiresAt, owner: 'deploy@example.com', description }
      return { status: 201, body: shownLease(found.lease, found.instance) }
    }),
    [`DELETE ${machine}/lease`]: changing(world, found => {
      found.lease = null
      return ok({ status: 'success', data: { ok: true } })
    }),
  }
}

const shownLease = ({ expiresAt, ...lease }: NonNullable<FakeMachine['lease']>, version: string) => ({
  status: 'success',
  data: { ...lease, expires_at: Math.round(expiresAt / 1_000), version },
})

interface NewMachine {
  region: string
  config: FakeMachine['config']
  skip_service_registration?: boolean
  min_secrets_version?: number
}

function create(world: FlyWorld, app: string, said: NewMachine): FakeAnswer {
  const name = /^registry\.fly\.io\/(.+)$/.exec(said.config.image)?.[1]
  if (name !== undefined && !world.images.has(name))
    return refused(400, `failed to get manifest ${said.config.image}: MANIFEST_UNKNOWN`)
  const late = secretsAreLate(world, app, said.min_secrets_version)
  if (late) return late
  const { region, config, skip_service_registration: cordoned = false } = said
  return ok(show(world, makeMachine(world, app, { region, config, cordoned })))
}

function update(world: FlyWorld, found: FakeMachine, { body }: FakeRequest): FakeAnswer {
  const said = body as { config: FakeMachine['config']; current_version?: string; min_secrets_version?: number }
  if (said.current_version !== undefined && said.current_version !== found.instance)
    return refused(412, `machine_version mismatch: expected ${found.instance}, got ${said.current_version}`)
  const late = secretsAreLate(world, found.app, said.min_secrets_version)
  if (late) return late
  found.config = { ...said.config, metadata: said.config.metadata ?? {} }
  found.instance = found.instance.replace(/\d+$/, number => String(Number(number) + 1))
  found.secretsVersion = world.secretsVersions.get(found.app) ?? 0
  boot(found, world.now(), behaviourOf(world, found), 'replacing')
  return ok(show(world, found))
}

const secretsAreLate = ({ secretsVersions }: FlyWorld, app: string, min: number | undefined): FakeAnswer | null =>
  min !== undefined && min > (secretsVersions.get(app) ?? 0)
    ? refused(412, `min_secrets_version ${min} is not yet available on this app`)
    : null

async function wait({ now, sleep }: FlyWorld, found: FakeMachine, { query }: FakeRequest): Promise<FakeAnswer> {
  const { state = 'started', timeout = '60', instance_id: instance } = query as Record<string, string>
  if (instance !== found.instance) return refused(400, `machine ${found.id} is not at version ${instance}`)
  const limit = now() + Number(timeout) * 1_000
  const moment = momentOf(found, state, now())
  if (stateAt(found, now()) !== state) await sleep(Math.min(moment ?? limit, limit) - now())
  return stateAt(found, now()) === state
    ? ok({ ok: true })
    : refused(
        408,
        `deadline_exceeded: machine failed to reach desired state, ${state}, currently ${stateAt(found, now())}`,
      )
}

/** A machine that somebody else holds the lease of is not changed. */
function changing(world: FlyWorld, act: MachineAct): Act {
  return reading(world, (found, request) => {
    const { lease, host } = found
    if (host !== 'ok' && request.method !== 'DELETE')
      return refused(408, `the host of machine ${found.id} does not answer`)
    const isHeld =
      lease !== null && lease.expiresAt > world.now() && lease.nonce !== request.headers['fly-machine-lease-nonce']
    return isHeld ? refused(409, `machine ${found.id} lease currently held by ${lease.owner}`) : act(found, request)
  })
}

function reading(world: FlyWorld, act: MachineAct): Act {
  return request => {
    const { app_name: app = '', machine_id: id } = request.params
    const found = machinesOf(world, app).find(each => each.id === id)
    return found ? act(found, request) : refused(404, 'machine not found')
  }
}
