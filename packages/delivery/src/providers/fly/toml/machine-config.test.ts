import { describe, expect, test } from 'vitest'
import { readFlyToml } from './fly-toml.ts'
import { hasChecks, type MachineConfigParts, machineConfig } from './machine-config.ts'
import { processGroups } from './process-groups.ts'

const parts: MachineConfigParts = {
  image: 'registry.fly.io/shop@sha256:1',
  metadata: { gantry_release: 'a' },
  env: {},
  health: null,
}
const configOf = (text: string, group = 'app', more: Partial<MachineConfigParts> = {}) =>
  machineConfig(readFlyToml(text).toml, group, { ...parts, ...more })

test('a fly.toml as `fly launch` writes it becomes the config flyctl makes of it', () => {
  const config = configOf(`
app = "shop"
primary_region = "ams"
kill_signal = "SIGTERM"
kill_timeout = 5
[build]
[env]
  PORT = 8080
[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = "stop"
  auto_start_machines = true
  min_machines_running = 1
  processes = ["app"]
  [http_service.concurrency]
    type = "requests"
    soft_limit = 200
  [[http_service.checks]]
    grace_period = "10s"
    interval = "30s"
    method = "GET"
    timeout = "5s"
    path = "/healthz"
    [http_service.checks.headers]
      Host = "shop.example"
[[vm]]
  size = "shared-cpu-2x"
  memory = "1gb"
`)
  expect(config).toEqual({
    image: parts.image,
    init: {},
    env: { PORT: '8080', FLY_PROCESS_GROUP: 'app', PRIMARY_REGION: 'ams' },
    metadata: { gantry_release: 'a', fly_process_group: 'app' },
    guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 1024 },
    stop_config: { signal: 'SIGTERM', timeout: '5s' },
    services: [
      {
        protocol: 'tcp',
        internal_port: 8080,
        autostop: 'stop',
        autostart: true,
        min_machines_running: 1,
        concurrency: { type: 'requests', soft_limit: 200 },
        ports: [
          { port: 80, handlers: ['http'], force_https: true },
          { port: 443, handlers: ['http', 'tls'] },
        ],
        checks: [
          {
            ...{ type: 'http', grace_period: '10s', interval: '30s', method: 'GET', timeout: '5s', path: '/healthz' },
            headers: [{ name: 'Host', values: ['shop.example'] }],
          },
        ],
      },
    ],
  })
})

const groups = `
primary_region = "fra"
[processes]
  web = "node server.mjs --name 'the shop'"
  worker = "node worker.mjs"
[[services]]
  internal_port = 3000
  processes = ["web"]
  [[services.ports]]
    port = 443
    handlers = ["tls", "http"]
  [[services.tcp_checks]]
    interval = 15000
    timeout = "2s"
[checks.queue]
  type = "http"
  port = 9000
  path = "/queue"
  processes = ["worker"]
[[vm]]
  memory = 512
[[vm]]
  size = "performance-2x"
  processes = ["worker"]
[[restart]]
  policy = "never"
  processes = ["worker"]
[[metrics]]
  port = 9091
  path = "/metrics"
`

describe('process groups', () => {
  const { toml } = readFlyToml(groups)

  test('each gets its own command, services, checks and size', () => {
    expect(processGroups(toml)).toEqual(['web', 'worker'])
    const [web, worker] = processGroups(toml).map(group => machineConfig(toml, group, parts))
    expect(web).toMatchObject({
      init: { cmd: ['node', 'server.mjs', '--name', 'the shop'] },
      services: [
        { internal_port: 3000, protocol: 'tcp', checks: [{ type: 'tcp', interval: '15000ms', timeout: '2s' }] },
      ],
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 },
      // Nothing says whose they are: they are of the first by name, where none is called `app`.
      metrics: { port: 9091, path: '/metrics' },
    })
    expect(worker).toMatchObject({
      checks: { queue: { type: 'http', port: 9000, path: '/queue' } },
      guest: { cpu_kind: 'performance', cpus: 2, memory_mb: 4096 },
      restart: { policy: 'no' },
    })
    expect([web?.checks, worker?.services, worker?.metrics]).toEqual([undefined, undefined, undefined])
  })
})

describe('a group that listens', () => {
  const bare = '[http_service]\ninternal_port = 3000'

  test('gets the path of gantry.config.ts as its check, where fly.toml has none', () => {
    expect(hasChecks(configOf(bare))).toBe(false)
    const checked = configOf(bare, 'app', { health: '/healthz' })
    expect(checked.services?.[0]?.checks).toEqual([expect.objectContaining({ type: 'http', path: '/healthz' })])
    const own = configOf(`${bare}\n[[http_service.checks]]\npath = "/up"`, 'app', { health: '/healthz' })
    expect(own.services?.[0]?.checks).toEqual([{ type: 'http', path: '/up' }])
  })
})

test('variables of the service come before those of fly.toml', () => {
  expect(configOf('[env]\nA = "toml"\nB = "toml"', 'app', { env: { A: 'own' } }).env).toMatchObject({
    A: 'own',
    B: 'toml',
  })
})

test('what no machine gets is named, and what is wrong is said with its place', () => {
  const files = '[[files]]\nguest_path = "/a"\nlocal_path = "a"\n[[files]]\nguest_path = "/b"\nsecret_name = "B"'
  expect(readFlyToml(files).leftOut).toEqual(['files: /a, which is read from a disk'])
  expect(configOf(files)['files']).toEqual([{ guest_path: '/b', secret_name: 'B' }])
  expect(() => readFlyToml('[http_service]\ninternal_port = "many"')).toThrow(
    /^fly\.toml: http_service\.internal_port: /,
  )
  expect(() => configOf('[[vm]]\nsize = "huge"')).toThrow(/vm\.size: expected a size such as shared-cpu-1x, got "huge"/)
})
