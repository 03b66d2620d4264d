import { parse } from 'smol-toml'
import * as z from 'zod'
import { CannotDeploy } from '../cannot-deploy.ts'

/** What Fly takes as a time: `10s`, or a bare number, which flyctl reads as milliseconds in checks and as seconds elsewhere. */
const timeIn = (unit: 'ms' | 's') => z.union([z.string(), z.number().transform(value => `${value}${unit}`)]).optional()

const Groups = z.array(z.string()).default([])

const HttpCheck = z.object({
  interval: timeIn('ms'),
  timeout: timeIn('ms'),
  grace_period: timeIn('ms'),
  method: z.string().optional(),
  path: z.string().optional(),
  protocol: z.string().optional(),
  tls_skip_verify: z.boolean().optional(),
  tls_server_name: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
})
export type HttpCheck = z.output<typeof HttpCheck>

const TcpCheck = HttpCheck.pick({ interval: true, timeout: true, grace_period: true })

const Served = {
  internal_port: z.number().int().default(8080),
  auto_stop_machines: z.union([z.boolean(), z.string()]).optional(),
  auto_start_machines: z.boolean().optional(),
  min_machines_running: z.number().int().optional(),
  concurrency: z.looseObject({}).optional(),
  processes: Groups,
}

const HttpService = z.object({
  ...Served,
  force_https: z.boolean().default(false),
  http_options: z.looseObject({}).optional(),
  tls_options: z.looseObject({}).optional(),
  checks: z.array(HttpCheck).default([]),
})
export type HttpService = z.output<typeof HttpService>

const Service = z.object({
  ...Served,
  protocol: z.string().default('tcp'),
  ports: z.array(z.looseObject({})).default([]),
  tcp_checks: z.array(TcpCheck).default([]),
  http_checks: z.array(HttpCheck).default([]),
})
export type Service = z.output<typeof Service>

/** `[mounts]` or `[[mounts]]`: both are written. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(value => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).optional())
    .transform(value => value ?? [])

const Vm = z.looseObject({
  size: z.string().optional(),
  memory: z.union([z.string(), z.number()]).optional(),
  cpu_kind: z.string().optional(),
  cpus: z.number().int().optional(),
  memory_mb: z.number().int().optional(),
  processes: Groups,
})
export type Vm = z.output<typeof Vm>

const FlyToml = z.object({
  app: z.string().optional(),
  primary_region: z.string().optional(),
  kill_signal: z.string().optional(),
  kill_timeout: timeIn('s'),
  swap_size_mb: z.number().int().optional(),
  build: z
    .looseObject({
      dockerfile: z.string().optional(),
      image: z.string().optional(),
      'build-target': z.string().optional(),
      args: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  deploy: z
    .looseObject({
      release_command: z.string().optional(),
      release_command_timeout: timeIn('s'),
      wait_timeout: timeIn('s'),
      strategy: z.string().optional(),
    })
    .default({}),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  processes: z.record(z.string(), z.string()).default({}),
  http_service: HttpService.optional(),
  services: z.array(Service).default([]),
  checks: z
    .record(
      z.string(),
      HttpCheck.extend({
        type: z.string().optional(),
        kind: z.string().optional(),
        port: z.number().int().optional(),
        processes: Groups,
      }),
    )
    .default({}),
  mounts: listOf(z.looseObject({ source: z.string().optional(), destination: z.string(), processes: Groups })),
  vm: listOf(Vm),
  restart: listOf(
    z.object({
      policy: z.enum(['always', 'on-failure', 'never']),
      retries: z.number().int().optional(),
      processes: Groups,
    }),
  ),
  metrics: listOf(z.looseObject({ port: z.number().int(), path: z.string(), processes: Groups })),
  statics: z.array(z.looseObject({ guest_path: z.string(), url_prefix: z.string() })).default([]),
  files: z
    .array(
      z.looseObject({
        guest_path: z.string(),
        raw_value: z.string().optional(),
        secret_name: z.string().optional(),
        processes: Groups,
      }),
    )
    .default([]),
  experimental: z
    .looseObject({
      cmd: z.array(z.string()).optional(),
      entrypoint: z.array(z.string()).optional(),
      exec: z.array(z.string()).optional(),
    })
    .default({}),
})
export type FlyToml = z.output<typeof FlyToml>

/** What of a fly.toml no machine of Gantry's gets: said, and not left out in silence. */
const notCarriedOver = ['machine_config', 'host_dedication_id']

export interface ReadFlyToml {
  toml: FlyToml
  /** Sections that are there and that no machine of Gantry's gets. */
  leftOut: string[]
}

/** Reads a fly.toml as flyctl does. @throws CannotDeploy with the place of what is wrong */
export function readFlyToml(text: string): ReadFlyToml {
  const said = parsed(text)
  const { success, data, error } = FlyToml.safeParse(said)
  if (!success) {
    const [issue] = error.issues
    throw new CannotDeploy(`fly.toml: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`)
  }
  const fromDisk = data.files.filter(file => file.raw_value === undefined && file.secret_name === undefined)
  return {
    toml: data,
    leftOut: [
      ...notCarriedOver.filter(name => said[name] !== undefined),
      ...fromDisk.map(file => `files: ${file.guest_path}, which is read from a disk`),
    ],
  }
}

/** Names of what every machine of the app gets by `[env]`. @throws CannotDeploy where the file is not understood */
export const namesInFlyToml = (text: string): string[] => Object.keys(readFlyToml(text).toml.env)

function parsed(text: string) {
  try {
    return parse(text)
  } catch (cause) {
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    throw new CannotDeploy(`fly.toml: ${why}`, { cause })
  }
}
