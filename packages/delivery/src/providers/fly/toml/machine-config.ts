import parseArguments from 'string-argv'
import type { FlyToml, HttpCheck, HttpService, Service } from './fly-toml.ts'
import { guestOf } from './guest.ts'
import { belongsTo } from './process-groups.ts'

/** As the Machines API has it; what is in it and is not named here is passed on as it is. */
export interface MachineConfig {
  image: string
  env?: Record<string, string>
  metadata?: Record<string, string>
  services?: MachineService[]
  checks?: Record<string, MachineCheck>
  mounts?: Record<string, unknown>[]
  guest?: Record<string, unknown>
  init?: Record<string, unknown>
  restart?: { policy: string; max_retries?: number }
  [field: string]: unknown
}

export interface MachineService {
  protocol: string
  internal_port: number
  checks?: MachineCheck[]
  [field: string]: unknown
}

export type MachineCheck = Record<string, unknown>

export interface MachineConfigParts {
  image: string
  /** Of Gantry and of flyctl, so that both know whose machine it is. */
  metadata: Record<string, string>
  /** The service's own variables; they come before those of fly.toml. */
  env: Record<string, string>
  /** Asked of a group that listens and has no check of its own: without one, blue-green would switch to what may not answer. */
  health: string | null
}

/**
 * The whole config of a machine of one process group, as flyctl makes it of a fly.toml (internal/appconfig/machines.go of flyctl).
 * The API knows no partial update: what is not in here is not on the machine.
 */
export function machineConfig(toml: FlyToml, group: string, parts: MachineConfigParts): MachineConfig {
  const mine = <T extends { processes: string[] }>(sections: T[]) =>
    sections.filter(({ processes }) => belongsTo(toml, group, processes))
  const services = servicesOf(toml, group, parts.health)
  const [metrics] = mine(toml.metrics)
  const [restart] = mine(toml.restart)
  const guest = guestOf(toml.vm, group)
  return withoutEmpty({
    image: parts.image,
    init: withoutEmpty({
      cmd: commandOf(toml, group) ?? toml.experimental.cmd,
      entrypoint: toml.experimental.entrypoint,
      exec: toml.experimental.exec,
      swap_size_mb: toml.swap_size_mb,
    }),
    env: {
      ...toml.env,
      ...parts.env,
      FLY_PROCESS_GROUP: group,
      ...(toml.primary_region !== undefined && { PRIMARY_REGION: toml.primary_region }),
    },
    metadata: { ...parts.metadata, fly_process_group: group },
    services: services.length === 0 ? undefined : services,
    checks: topLevelChecks(toml, group, services),
    metrics: metrics && { port: metrics.port, path: metrics.path },
    statics: toml.statics.length === 0 ? undefined : toml.statics,
    mounts: mountsOf(mine(toml.mounts)),
    files: filesOf(mine(toml.files)),
    guest,
    stop_config:
      toml.kill_signal === undefined && toml.kill_timeout === undefined
        ? undefined
        : withoutEmpty({ signal: toml.kill_signal, timeout: toml.kill_timeout }),
    restart: restart && withoutEmpty({ policy: restartPolicies[restart.policy], max_retries: restart.retries }),
  })
}

/** Whether Fly can say of such a machine that it is healthy. */
export const hasChecks = ({ services = [], checks = {} }: MachineConfig): boolean =>
  Object.keys(checks).length > 0 || services.some(service => (service.checks ?? []).length > 0)

const restartPolicies = { always: 'always', 'on-failure': 'on-failure', never: 'no' } as const

function commandOf({ processes }: FlyToml, group: string): string[] | undefined {
  const command = processes[group]
  return command === undefined || command.trim() === '' ? undefined : parseArguments(command)
}

function servicesOf(toml: FlyToml, group: string, health: string | null): MachineService[] {
  const http = toml.http_service
  const services = [
    ...(http && belongsTo(toml, group, http.processes) ? [ofHttp(http)] : []),
    ...toml.services.filter(({ processes }) => belongsTo(toml, group, processes)).map(ofService),
  ]
  const [first, ...others] = services
  const isChecked = services.some(({ checks = [] }) => checks.length > 0) || checkNames(toml, group).length > 0
  if (!first || isChecked || health === null) return services
  return [{ ...first, checks: [{ type: 'http', method: 'GET', path: health, ...defaultTimes }] }, ...others]
}

const defaultTimes = { interval: '10s', timeout: '5s', grace_period: '5s' }

const ofHttp = (http: HttpService): MachineService =>
  withoutEmpty({
    protocol: 'tcp',
    internal_port: http.internal_port,
    ...loadOf(http),
    ports: [
      withoutEmpty({ port: 80, handlers: ['http'], force_https: http.force_https, http_options: http.http_options }),
      withoutEmpty({
        port: 443,
        handlers: ['http', 'tls'],
        http_options: http.http_options,
        tls_options: http.tls_options,
      }),
    ],
    checks: http.checks.length === 0 ? undefined : http.checks.map(check => checkOf('http', check)),
  })

function ofService(service: Service): MachineService {
  const checks = [
    ...service.tcp_checks.map(check => checkOf('tcp', { ...check, headers: {} })),
    ...service.http_checks.map(check => checkOf('http', check)),
  ]
  const { protocol, internal_port, ports } = service
  return withoutEmpty({
    protocol,
    internal_port,
    ports,
    ...loadOf(service),
    checks: checks.length === 0 ? undefined : checks,
  })
}

const loadOf = (said: HttpService | Service) => ({
  autostop: said.auto_stop_machines,
  autostart: said.auto_start_machines,
  min_machines_running: said.min_machines_running,
  concurrency: said.concurrency,
})

const checkNames = (toml: FlyToml, group: string): string[] =>
  Object.entries(toml.checks).flatMap(([name, { processes }]) => (belongsTo(toml, group, processes) ? [name] : []))

function topLevelChecks(
  toml: FlyToml,
  group: string,
  services: MachineService[],
): Record<string, MachineCheck> | undefined {
  const names = checkNames(toml, group)
  if (names.length === 0) return undefined
  const port = services[0]?.internal_port
  return Object.fromEntries(
    names.flatMap(name => {
      const check = toml.checks[name]
      if (!check) return []
      const { type = 'http', kind, port: own = port, ...times } = check
      return [[name, withoutEmpty({ ...checkOf(type, times), kind, port: own })]]
    }),
  )
}

const checkOf = (type: string, { headers, interval, timeout, grace_period, ...http }: HttpCheck): MachineCheck =>
  withoutEmpty({
    type,
    interval,
    timeout,
    grace_period,
    method: http.method,
    path: http.path,
    protocol: http.protocol,
    tls_skip_verify: http.tls_skip_verify,
    tls_server_name: http.tls_server_name,
    headers:
      Object.keys(headers).length === 0
        ? undefined
        : Object.entries(headers).map(([name, value]) => ({ name, values: [value] })),
  })

const mountsOf = (mounts: FlyToml['mounts']): Record<string, unknown>[] | undefined =>
  mounts.length === 0 ? undefined : mounts.map(({ source, destination }) => ({ name: source, path: destination }))

function filesOf(files: FlyToml['files']): Record<string, unknown>[] | undefined {
  const carried = files.filter(file => file.raw_value !== undefined || file.secret_name !== undefined)
  return carried.length === 0
    ? undefined
    : carried.map(({ guest_path, raw_value, secret_name }) => withoutEmpty({ guest_path, raw_value, secret_name }))
}

/** JSON has no place for what is undefined, and a test that compares should not see it either. */
export const withoutEmpty = <T extends object>(said: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
