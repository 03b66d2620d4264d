import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { realPostgres } from '@gantry/store/testing'
import { type FlyFake, openFlyFake, openVercelFake, type VercelFake } from '@gantry/vendor-fakes'
import { openAddress, openGate, openProxy, passOn, type Site } from './addresses.ts'
import { certificateFor } from './certificate.ts'
import { FlyProcesses, openPushes, writeFlyctl } from './fly-processes.ts'
import { VercelSites } from './vercel-sites.ts'

/** When a job asks something of a vendor: before the vendor knows of it, and when it is done but not answered yet. */
export type Moment = 'before' | 'after'

/** Vercel, Fly.io and Supabase on this machine: their fakes behind their own host names, and what is deployed there runs. */
export interface NearbyVendors {
  vercel: VercelFake
  fly: FlyFake
  /** What a server is started with, so that its jobs find them. */
  env: Record<string, string>
  /** The host that people reach a service by. */
  hosts: Record<string, string>
  /** The address of an empty database of the Postgres. `vendor`: what is behind it is a vendor's, so it is asked like one. */
  createDatabase(whose: 'own' | 'vendor'): Promise<string>
  /** Waited for at each moment. */
  onAsked(hear: (moment: Moment) => Promise<void>): void
  /** Told of each visit of a page, in the words of a log drain of Vercel. */
  onVisited(hear: (record: object) => void): void
  close(): Promise<void>
}

export interface Wanted {
  /** Apps of Fly, and projects of Vercel. */
  apps: readonly string[]
  projects: readonly string[]
  /** What a Dockerfile does, as lines for `sh`. */
  build: string
}

const hostsOfVendors = ['api.vercel.com', '*.vercel.app', 'api.machines.dev', 'registry.fly.io', '*.fly.dev']

export async function openNearbyVendors({ apps, projects, build }: Wanted): Promise<NearbyVendors> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-vendors-'))
  const [bin, images] = [join(dir, 'bin'), join(dir, 'images')]
  const vercel = await openVercelFake()
  const fly = await openFlyFake({ now: Date.now, sleep: async ms => void (await sleep(ms)) })
  const certificate = await certificateFor(['127.0.0.1', ...hostsOfVendors], dir)
  const authority = await readFile(certificate.authorityFile, 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), authority])
  let drain = (_: object): void => undefined
  const [processes, sites] = [new FlyProcesses(fly, images), new VercelSites(vercel, record => drain(record))]
  let hear = async (_: Moment): Promise<void> => undefined
  const postgres = await realPostgres()
  const gates: { close(): void }[] = []
  const pushes = await openPushes(fly)
  const proxy = await openProxy(certificate, isVendors, async (asked, response) => {
    const host = asked.headers.host ?? ''
    if (host.endsWith('.vercel.app')) return sites.deployment(host, asked, response)
    await hear('before')
    toVendor(host, { vercel, fly }, { asked, response, done: () => hear('after') })
  })
  const open = (of: Record<string, Site>) =>
    Promise.all(Object.entries(of).map(async ([name, site]) => ({ name, ...(await openAddress(certificate, site)) })))
  const addresses = await open({
    ...Object.fromEntries(apps.map(app => [app, processes.site(app)])),
    ...Object.fromEntries(projects.map(project => [project, sites.site(project)])),
  })
  const hosts = Object.fromEntries(addresses.map(({ name, host }) => [name, host]))
  for (const project of projects) vercel.addProject(project, { domains: [hosts[project] ?? ''] })
  await onlyWithoutBrowsers(bin)
  await writeFlyctl(bin, { images, build, pushes: pushes.url })
  return {
    ...{ vercel, fly, hosts },
    env: {
      PATH: bin,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: certificate.authorityFile,
    },
    async createDatabase(whose) {
      const url = new URL(await postgres.createDatabase())
      if (whose === 'own') return url.href
      const gate = await openGate(Number(url.port), () => hear('before'))
      gates.push(gate)
      return Object.assign(url, { port: gate.port }).href
    },
    onAsked(next) {
      hear = next
    },
    onVisited(next) {
      drain = next
    },
    async close() {
      for (const each of [...addresses, ...gates, proxy, pushes]) each.close()
      await processes.stop()
      await Promise.all([vercel[Symbol.asyncDispose](), fly[Symbol.asyncDispose](), postgres.stop()])
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const isVendors = (host: string): boolean =>
  hostsOfVendors.some(each => (each.startsWith('*') ? host.endsWith(each.slice(1)) : host === each))

function toVendor(
  host: string,
  { vercel, fly }: Pick<NearbyVendors, 'vercel' | 'fly'>,
  { asked, response, done }: { asked: IncomingMessage; response: ServerResponse; done(): Promise<void> },
): void {
  const { port } = new URL(host === 'api.vercel.com' ? vercel.url : fly.url)
  // What is not its API the fake of Fly knows by this header: its registry.
  const headers = host === 'registry.fly.io' ? { 'x-fake-site': host } : {}
  passOn(asked, response, { port: Number(port), headers, done })
}

/** What is on PATH but for browsers: none of them knows the authority of a test, and the journeys are made over HTTP. */
async function onlyWithoutBrowsers(bin: string): Promise<void> {
  await mkdir(bin)
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(each => each !== ''))
    for (const name of await readdir(folder).catch(() => []))
      if (!/chrom|msedge|microsoft-edge|flyctl|^docker/.test(name))
        await symlink(join(folder, name), join(bin, name)).catch(() => undefined)
}
