/** How an image behaves once a machine runs it. */
export interface ImageBehaviour {
  bootMs: number
  /** From the start on until its checks pass; null when they never do. */
  healthyAfterMs: number | null
  /** It ends by itself. */
  exits?: { afterMs: number; code: number }
}

export interface FakeLease {
  nonce: string
  /** Milliseconds. */
  expiresAt: number
  owner: string
  description: string
}

interface Change {
  at: number
  state: string
}

export interface FakeMachine {
  id: string
  app: string
  region: string
  config: Record<string, unknown> & { image: string; metadata: Record<string, string> }
  instance: string
  changes: Change[]
  exit: { at: number; code: number } | null
  cordoned: boolean
  lease: FakeLease | null
  secretsVersion: number
  host: 'ok' | 'unreachable'
}

/** What it is at a moment: changes that are to come are planned when it is asked for them. */
export const stateAt = ({ changes }: FakeMachine, now: number): string =>
  changes.findLast(({ at }) => at <= now)?.state ?? 'created'

/** When it will be in a state; null where nothing leads there. */
export const momentOf = ({ changes }: FakeMachine, state: string, now: number): number | null =>
  changes.find(change => change.state === state && change.at >= now)?.at ?? null

export function boot(machine: FakeMachine, now: number, { bootMs, exits }: ImageBehaviour, via = 'starting'): void {
  const started = now + bootMs
  machine.changes.push({ at: now, state: via }, { at: started, state: 'started' })
  machine.exit = exits ? { at: started + exits.afterMs, code: exits.code } : null
  if (machine.exit) machine.changes.push({ at: machine.exit.at, state: 'stopped' })
}

const stopMs = 500

export function halt(machine: FakeMachine, now: number, state: 'stopped' | 'destroyed'): void {
  const via = state === 'stopped' ? 'stopping' : 'destroying'
  machine.changes = machine.changes.filter(({ at }) => at <= now)
  machine.changes.push({ at: now, state: via }, { at: now + stopMs, state })
}

/** As the API shows it. */
export function shown(machine: FakeMachine, now: number, behaviour: ImageBehaviour): Record<string, unknown> {
  const { id, region, instance, config, cordoned } = machine
  const since = startedAt(machine, now)
  const isHealthy = since !== null && behaviour.healthyAfterMs !== null && now - since >= behaviour.healthyAfterMs
  const status = isHealthy ? 'passing' : 'critical'
  const output = isHealthy ? 'HTTP GET: 200 OK' : 'connect: connection refused'
  return {
    ...{ id, name: `m-${id}`, region, state: stateAt(machine, now), instance_id: instance, config, cordoned },
    host_status: machine.host,
    image_ref: imageRef(config.image),
    // Right after the start there are none yet.
    checks: since === null || now - since < 1_000 ? [] : checkNames(config).map(name => ({ name, status, output })),
    events: eventsOf(machine, now),
  }
}

function startedAt(machine: FakeMachine, now: number): number | null {
  const last = machine.changes.findLast(({ at }) => at <= now)
  return last?.state === 'started' ? last.at : null
}

function eventsOf({ exit }: FakeMachine, now: number): unknown[] {
  if (!exit || exit.at > now) return []
  // Go leaves a zero out.
  const exit_event = exit.code === 0 ? {} : { exit_code: exit.code }
  return [{ type: 'exit', status: 'stopped', source: 'flyd', timestamp: Math.round(exit.at), request: { exit_event } }]
}

function checkNames(config: Record<string, unknown>): string[] {
  const services = (config['services'] ?? []) as { internal_port: number; checks?: { type: string }[] }[]
  return [
    ...Object.keys(Object(config['checks'])),
    ...services.flatMap(({ internal_port, checks = [] }) =>
      checks.map(({ type }, index) => `servicecheck-0${index}-${type}-${internal_port}`),
    ),
  ]
}

function imageRef(image: string) {
  const found = /^([^/]+)\/([^@:]+)(?::([^@]+))?(?:@(.+))?$/.exec(image)
  const [, registry = 'registry-1.docker.io', repository = image, tag = '', digest = `sha256:${'0'.repeat(64)}`] =
    found ?? []
  return { registry, repository, tag, digest }
}
