import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type S3Server, startS3Server } from '../../packages/objects/src/testing/s3-server.ts'
import { realPostgres } from '../../packages/store/src/testing/real-postgres.ts'
import { freePort } from '../../tools/free-port.ts'
import { type RunningGantry, startGantry } from '../../tools/running-gantry.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { project } from './product.ts'
import type { Witness } from './witness.ts'

/** One process of the installation, which may be killed at any moment. */
export interface Victim {
  name: string
  kind: 'server' | 'runner'
  /** By `performance.now()`. */
  killedAtMs: number[]
  isUp(): boolean
  kill(): Promise<void>
  /** Starts it again, as whatever watches over it would. */
  start(): Promise<void>
  /** In order, at the end. */
  stop(): Promise<void>
}

/** Servers and runners on one Postgres, behind one address. */
export interface Cluster {
  url: string
  databaseUrl: string
  root: string
  /** One of each server: what is pushed to one is known to all. */
  repositories: string[]
  victims: Victim[]
  api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  /** What each said, for whoever looks for a fault. */
  output(): string
  stop(): Promise<void>
  remove(): Promise<void>
}

const command = resolve(import.meta.dirname, '../../apps/cli/src/main.ts')

export async function startCluster(
  witness: Witness,
  { servers, runners }: { servers: number; runners: number },
): Promise<Cluster> {
  const root = await mkdtemp(join(tmpdir(), 'gantry-faults-'))
  const postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
  const databaseUrl = await postgres.createDatabase()
  const ports = await Promise.all(Array.from({ length: servers }, freePort))
  const balancer = await startBalancer(ports)
  // Several servers keep files in one place.
  const objects = servers > 1 ? await startS3Server() : null
  const env = serverEnv(databaseUrl, balancer, witness, objects)
  const said: string[] = []
  const homes = ports.map((_, at) => join(root, `server-${at + 1}`))
  const all = homes.map((home, at) => serverVictim(`server ${at + 1}`, home, ports[at] ?? 0, env, said))
  for (const server of all) await server.start()
  const api = apiOf(all, balancer.url)
  const victims: Victim[] = [...all]
  for (let at = 1; at <= runners; at++) {
    const body = { name: `runner-${at}`, labels: ['ubuntu-*', 'self-hosted'] }
    const { token } = await api<{ token: string }>('POST', '/api/v1/runners', body)
    const runner = runnerVictim(`runner ${at}`, join(root, `runner-${at}`), balancer.url, token, said)
    await runner.start()
    victims.push(runner)
  }
  return {
    ...{ root, databaseUrl, victims, api, url: balancer.url },
    repositories: homes.map(home => join(home, 'projects', project, 'repository.git')),
    output: () => [...said, ...all.map(server => server.output())].join('\n'),
    async stop() {
      for (const victim of victims.toReversed()) await victim.stop()
    },
    async remove() {
      await balancer.stop()
      await postgres.stop()
      await objects?.stop()
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const serverEnv = (
  databaseUrl: string,
  balancer: Balancer,
  witness: Witness,
  objects: S3Server | null,
): Record<string, string> => ({
  ...(objects && { GANTRY_OBJECTS: objects.address, ...objects.env }),
  DATABASE_URL: databaseUrl,
  GANTRY_PUBLIC_URL: balancer.url,
  GANTRY_SAMPLE: 'off',
  GANTRY_PROJECT: project,
  GANTRY_OWNER: 'Ana <ana@faults.example>',
  GANTRY_RUNNER: 'off',
  GANTRY_SECRET_KEY: randomBytes(32).toString('base64'),
  PAGERDUTY_URL: `${witness.url}/page`,
  PAGERDUTY_ROUTING_KEY: 'f'.repeat(32),
})

type ServerVictim = Victim & { output(): string; api: RunningGantry['api'] }

function serverVictim(
  name: string,
  home: string,
  port: number,
  env: Record<string, string>,
  said: string[],
): ServerVictim {
  let running: RunningGantry | null = null
  const current = () => {
    if (running) return running
    throw new Error(`${name} is down`)
  }
  const victim: ServerVictim = {
    name,
    kind: 'server',
    killedAtMs: [],
    isUp: () => running !== null && running.process.exitCode === null && running.process.signalCode === null,
    async kill() {
      const victimNow = current()
      running = null
      await victimNow.stop('SIGKILL')
      said.push(`--- ${name}, killed\n${victimNow.output()}`)
    },
    async start() {
      await mkdir(home, { recursive: true })
      running = await startGantry({ home, port, env, timeoutMs: 120_000 })
    },
    async stop() {
      await current().stop()
    },
    output: () => `--- ${name}\n${running?.output() ?? ''}`,
    api: (method, path, body) => current().api(method, path, body),
  }
  return victim
}

function runnerVictim(name: string, folder: string, server: string, token: string, said: string[]): Victim {
  let child: ChildProcess | null = null
  const ended = (signal: NodeJS.Signals): Promise<void> => {
    const now = child
    child = null
    if (!now || now.exitCode !== null || now.signalCode !== null) return Promise.resolve()
    const exit = new Promise<void>(done => now.once('exit', () => done()))
    now.kill(signal)
    return exit
  }
  return {
    name,
    kind: 'runner',
    killedAtMs: [],
    isUp: () => child !== null && child.exitCode === null && child.signalCode === null,
    kill: () => ended('SIGKILL'),
    async start() {
      await mkdir(folder, { recursive: true })
      const args = [command, 'runner', '--server', server, '--folder', folder, '--jobs', '3']
      child = spawn(process.execPath, args, {
        cwd: folder,
        env: { ...process.env, GANTRY_RUNNER_TOKEN: token },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => said.push(`${name}: ${chunk}`))
    },
    stop: () => ended('SIGTERM'),
  }
}

/** Asks any server that is up, by the address of all. */
const apiOf =
  (servers: ServerVictim[], url: string): Cluster['api'] =>
  (method, path, body) => {
    const [server] = servers.filter(one => one.isUp())
    if (!server) throw new Error(`no server is up behind ${url}`)
    return server.api(method, path, body)
  }
