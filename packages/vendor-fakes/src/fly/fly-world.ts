import type { FakeAnswer } from '../fake.ts'
import { boot, type FakeMachine, type ImageBehaviour, shown, stateAt } from './fake-machine.ts'

export interface FlyClock {
  now(): number
  sleep(ms: number): Promise<void>
}

/** Everything that is at Fly. */
export interface FlyWorld extends FlyClock {
  /** All machines there are, destroyed ones too. */
  machines: FakeMachine[]
  /** Images of the registry by `app@digest` and `app:tag`, with their digest. */
  images: Map<string, string>
  /** Apps that were made by the API, with whose they are and their addresses. */
  apps: Map<string, { organization: string; addresses: string[] }>
  /** Values that were set, by app. */
  secrets: Map<string, Record<string, string>>
  secretsVersions: Map<string, number>
  /** How machines behave whose image has this in its name; the last one counts. */
  behaviours: [string, Partial<ImageBehaviour>][]
  /** Images whose machines answer visitors with 500, by a part of their name. */
  ill: Set<string>
  nextId(): string
}

export function emptyWorld({ now, sleep }: FlyClock): FlyWorld {
  let count = 0
  return {
    now,
    sleep,
    machines: [],
    images: new Map(),
    apps: new Map(),
    secrets: new Map(),
    secretsVersions: new Map(),
    behaviours: [],
    ill: new Set(),
    nextId() {
      count += 1
      return String(count).padStart(14, '9080e339b57798')
    },
  }
}

const usual: ImageBehaviour = { bootMs: 500, healthyAfterMs: 1_200 }

export const behaviourOf = ({ behaviours }: FlyWorld, { config }: FakeMachine): ImageBehaviour => ({
  ...usual,
  ...behaviours.findLast(([part]) => config.image.includes(part))?.[1],
})

export const show = (world: FlyWorld, machine: FakeMachine) => shown(machine, world.now(), behaviourOf(world, machine))

export interface NewFakeMachine {
  region: string
  config: { image: string; metadata?: Record<string, string> }
  cordoned: boolean
}

export function makeMachine(world: FlyWorld, app: string, { region, config, cordoned }: NewFakeMachine): FakeMachine {
  const id = world.nextId()
  const machine: FakeMachine = {
    ...{ id, app, region, cordoned, changes: [], exit: null, lease: null, host: 'ok' },
    config: { ...config, metadata: config.metadata ?? {} },
    instance: `i-${id}-1`,
    secretsVersion: world.secretsVersions.get(app) ?? 0,
  }
  world.machines.push(machine)
  boot(machine, world.now(), behaviourOf(world, machine), 'created')
  return machine
}

export const machinesOf = ({ machines, now }: FlyWorld, app: string): FakeMachine[] =>
  machines.filter(each => each.app === app && stateAt(each, now()) !== 'destroyed')

/** Those that requests reach. */
export const answeringAt = (world: FlyWorld, app: string): FakeMachine[] =>
  machinesOf(world, app).filter(
    each => !each.cordoned && each.host === 'ok' && stateAt(each, world.now()) === 'started',
  )

export const ok = (body: unknown): FakeAnswer => ({ status: 200, body })
export const refused = (status: number, error: string, code = 'unknown'): FakeAnswer => ({
  status,
  body: { error, status: code },
})
