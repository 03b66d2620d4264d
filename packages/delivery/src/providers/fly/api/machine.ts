import * as z from 'zod'

const Metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform(value => value ?? {})

const Check = z.looseObject({
  name: z.string(),
  status: z.string(),
  output: z
    .string()
    .nullish()
    .transform(value => value ?? ''),
})
export type Check = z.output<typeof Check>

const ExitEvent = z.looseObject({ exit_code: z.number().optional() })

const Event = z.looseObject({
  type: z.string(),
  status: z.string().nullish(),
  timestamp: z.number().nullish(),
  request: z
    .looseObject({
      exit_event: ExitEvent.nullish(),
      MonitorEvent: z.looseObject({ exit_event: ExitEvent.nullish() }).nullish(),
    })
    .nullish(),
})

/** A machine as the API shows it. What is not read here stays in `config`, which is sent back whole in an update. */
export const Machine = z.looseObject({
  id: z.string(),
  name: z.string().default(''),
  state: z.string(),
  region: z.string(),
  instance_id: z.string().default(''),
  /** Absent on hosts that cannot be reached. */
  config: z
    .looseObject({ image: z.string().default(''), metadata: Metadata })
    .nullish()
    .transform(value => value ?? { image: '', metadata: {} }),
  image_ref: z
    .looseObject({
      registry: z.string().default(''),
      repository: z.string().default(''),
      tag: z.string().default(''),
      digest: z.string().default(''),
    })
    .nullish(),
  checks: z
    .array(Check)
    .nullish()
    .transform(value => value ?? []),
  events: z
    .array(Event)
    .nullish()
    .transform(value => value ?? []),
  cordoned: z.boolean().default(false),
  host_status: z.string().default('ok'),
})
export type Machine = z.output<typeof Machine>

export const groupOf = (machine: Machine): string => machine.config.metadata['fly_process_group'] ?? 'app'

/** One of the app's own: not a release command, a console or a machine somebody started beside it. */
export function isOfApp(machine: Machine): boolean {
  const { metadata } = machine.config
  return (
    metadata['fly_platform_version'] === 'v2' &&
    !groupOf(machine).startsWith('fly_app_') &&
    !isGone(machine) &&
    machine.config['schedule'] === undefined &&
    !(Array.isArray(machine.config['standbys']) && machine.config['standbys'].length > 0)
  )
}

const gone = ['destroyed', 'destroying', 'replaced', 'migrated', 'launch_failed']
export const isGone = ({ state }: Machine): boolean => gone.includes(state)

/** `bg_deployments_compat…` is what the API adds for old versions of flyctl. */
export const checksOf = ({ checks }: Machine): Check[] =>
  checks.filter(({ name }) => !name.startsWith('bg_deployments_compat'))

export function exitCodeOf({ events }: Machine): number | null {
  const request = events.find(({ type }) => type === 'exit')?.request
  // The guest's own code; where there is none, the one the machine ended with.
  return request?.MonitorEvent?.exit_event?.exit_code ?? request?.exit_event?.exit_code ?? (request ? 0 : null)
}

/** `registry.fly.io/shop@sha256:…`: the one name that always means the same bytes. */
export function imageByDigest({ image_ref: image, config }: Machine): string {
  if (!image || image.digest === '') return config.image
  return `${image.registry}/${image.repository}@${image.digest}`
}
