import * as z from 'zod'
import { VendorError } from '../../vendor/vendor-error.ts'
import type { MachineConfig } from '../toml/machine-config.ts'
import { Machine } from './machine.ts'

/** One request to the Machines API. `about` is what Fly counts it for: a machine, or the app. */
export interface FlyRequest {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  action: string
  about: string
  body?: unknown
  nonce?: string | undefined
  /** A request that does the same when it comes twice is sent again after an answer that says nothing. */
  isRepeatable: boolean
  /** How long the answer may take; longer for a request that waits there. */
  timeoutMs?: number
}

/** Sends it within Fly's rates, again where that is safe, and gives the body. @throws VendorError */
export type SendToFly = (request: FlyRequest) => Promise<unknown>

export interface NewMachine {
  region: string
  config: MachineConfig
  skip_service_registration: boolean
  min_secrets_version?: number | undefined
}

export interface MachineUpdate {
  config: MachineConfig
  /** The `instance_id` that was read: whoever changed the machine meanwhile is not overwritten. */
  current_version: string
  min_secrets_version?: number | undefined
}

const Lease = z.object({
  nonce: z.string().default(''),
  expires_at: z.number().default(0),
  owner: z.string().default(''),
  description: z.string().nullish(),
})
export type Lease = z.output<typeof Lease>

// The page of the resource wraps it, the description of 2024 does not.
const LeaseAnswer = z.union([z.object({ data: Lease }).transform(({ data }) => data), Lease])
const Machines = z.array(Machine)
const App = z.looseObject({ organization: z.looseObject({ slug: z.string() }) })
const Addresses = z.looseObject({
  ips: z
    .array(z.unknown())
    .nullish()
    .transform(ips => ips ?? []),
})
const SecretsSet = z.looseObject({ version: z.number().optional(), Version: z.number().optional() })

const SecretsListed = z.looseObject({
  secrets: z
    .array(z.looseObject({ name: z.string(), digest: z.string().nullish() }))
    .nullish()
    .transform(all => all ?? []),
})

export type MachinesApi = ReturnType<typeof machinesApi>

/** The calls of Fly's Machines API that Gantry makes, of one app. */
export const machinesApi = (app: string, send: SendToFly) => ({
  ...appCalls(app, send),
  ...machineCalls(app, send),
  ...leaseCalls(app, send),
})

const pathOf = (app: string, part: string) => `/apps/${encodeURIComponent(app)}/${part}`
const pathOfMachine = (app: string, id: string, act = '') => pathOf(app, `machines/${encodeURIComponent(id)}${act}`)

const appCalls = (app: string, send: SendToFly) => ({
  /** The slug of the organization it is of; null where there is no such app, or none that the token sees. */
  async organization(): Promise<string | null> {
    const path = `/apps/${encodeURIComponent(app)}`
    try {
      return App.parse(await send({ method: 'GET', path, action: 'get-app', about: app, isRepeatable: true }))
        .organization.slug
    } catch (cause) {
      if (cause instanceof VendorError && cause.fault.status === 404) return null
      throw cause
    }
  },
  async make(organization: string): Promise<void> {
    const body = { app_name: app, org_slug: organization }
    await send({ method: 'POST', path: '/apps', action: 'create-app', about: app, body, isRepeatable: false })
  },
  /** Without one nobody reaches it. Shared by many apps, so that it costs nothing. */
  async giveAddress(): Promise<void> {
    const path = pathOf(app, 'ip_assignments')
    const { ips } = Addresses.parse(
      await send({ method: 'GET', path, action: 'list-ips', about: app, isRepeatable: true }),
    )
    if (ips.length > 0) return
    const body = { type: 'shared_v4' }
    await send({ method: 'POST', path, action: 'assign-ip', about: app, body, isRepeatable: false })
  },
  /** With everything in it; done where it is gone already. */
  async destroyApp(): Promise<boolean> {
    const path = `/apps/${encodeURIComponent(app)}?force=true`
    try {
      await send({ method: 'DELETE', path, action: 'destroy-app', about: app, isRepeatable: true })
      return true
    } catch (cause) {
      if (cause instanceof VendorError && cause.fault.status === 404) return false
      throw cause
    }
  },
  async list(): Promise<Machine[]> {
    const path = pathOf(app, 'machines')
    return Machines.parse(await send({ method: 'GET', path, action: 'list', about: app, isRepeatable: true }))
  },
  /** Never sent again by itself: an answer that was lost may stand for a machine that is there. */
  async create(machine: NewMachine): Promise<Machine> {
    const path = pathOf(app, 'machines')
    return Machine.parse(
      await send({ method: 'POST', path, action: 'create', about: app, body: machine, isRepeatable: false }),
    )
  },
  /** Names and digests of the app's secrets; null where Fly gives no digest. Their values only a machine of the app can read. */
  async secrets(): Promise<Record<string, string | null>> {
    const path = pathOf(app, 'secrets')
    const answer = await send({ method: 'GET', path, action: 'list-secrets', about: app, isRepeatable: true })
    return Object.fromEntries(SecretsListed.parse(answer).secrets.map(({ name, digest }) => [name, digest ?? null]))
  },
  /** The version from which on machines have these values; null where Fly says none. */
  async setSecrets(values: Record<string, string>): Promise<number | null> {
    const path = pathOf(app, 'secrets')
    const body = { values }
    const answer = await send({ method: 'POST', path, action: 'set-secrets', about: app, body, isRepeatable: true })
    const { version, Version } = SecretsSet.parse(answer)
    return version ?? Version ?? null
  },
})

function machineCalls(app: string, send: SendToFly) {
  const act = async (id: string, action: string, nonce?: string, body?: unknown) => {
    const path = pathOfMachine(app, id, `/${action}`)
    await send({ method: 'POST', path, action, about: id, nonce, body, isRepeatable: true })
  }
  return {
    async get(id: string): Promise<Machine> {
      const path = pathOfMachine(app, id)
      return Machine.parse(await send({ method: 'GET', path, action: 'get', about: id, isRepeatable: true }))
    },
    async update(id: string, body: MachineUpdate, nonce: string): Promise<Machine> {
      const path = pathOfMachine(app, id)
      return Machine.parse(
        await send({ method: 'POST', path, action: 'update', about: id, nonce, body, isRepeatable: false }),
      )
    },
    start: (id: string, nonce?: string) => act(id, 'start', nonce),
    stop: (id: string, nonce?: string) => act(id, 'stop', nonce, {}),
    cordon: (id: string, nonce?: string) => act(id, 'cordon', nonce),
    uncordon: (id: string, nonce?: string) => act(id, 'uncordon', nonce),
    setMetadata: (id: string, key: string, value: string, nonce?: string) =>
      act(id, `metadata/${encodeURIComponent(key)}`, nonce, { value }),
    async destroy(id: string, nonce?: string): Promise<void> {
      const path = pathOfMachine(app, id, '?force=true')
      await send({ method: 'DELETE', path, action: 'destroy', about: id, nonce, isRepeatable: true })
    },
    /** Rejects with status 408 when the machine is not there in time. Fly waits a minute at most. */
    async wait(id: string, state: 'started' | 'stopped', instance: string, seconds: number): Promise<void> {
      const query = new URLSearchParams({ state, timeout: String(seconds), instance_id: instance })
      const path = pathOfMachine(app, id, `/wait?${query}`)
      const timeoutMs = (seconds + 15) * 1_000
      await send({ method: 'GET', path, action: 'wait', about: id, isRepeatable: false, timeoutMs })
    },
  }
}

const leaseCalls = (app: string, send: SendToFly) => ({
  async lease(id: string, ttl: number, description: string): Promise<Lease> {
    const path = pathOfMachine(app, id, '/lease')
    const body = { ttl, description }
    return LeaseAnswer.parse(
      await send({ method: 'POST', path, action: 'lease', about: id, body, isRepeatable: false }),
    )
  },
  async leaseOf(id: string): Promise<Lease> {
    const path = pathOfMachine(app, id, '/lease')
    return LeaseAnswer.parse(await send({ method: 'GET', path, action: 'get-lease', about: id, isRepeatable: true }))
  },
  async release(id: string, nonce: string): Promise<void> {
    const path = pathOfMachine(app, id, '/lease')
    await send({ method: 'DELETE', path, action: 'release', about: id, nonce, isRepeatable: true })
  },
})
