import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Line, RunState } from '@gantry/core/api'
import { type Browser, expect, type Page } from '@playwright/test'
import { checksPassed } from '../../bench/sample-line.ts'
import { type RunningGantry, startGantry, until } from '../../tools/running-gantry.ts'
import { openLink } from '../open-link.ts'
import { type Commit, pushOnTop, pushProduct } from './product.ts'
import { project, seedStore } from './seed-store.ts'

/** A server of its own, without the sample, that holds more than a person can look through. */
export interface SeededGantry {
  readonly gantry: RunningGantry
  url: string
  signIn(page: Page): Promise<void>
  /** A page of a new context, at the line. */
  signedIn(browser: Browser, settings?: Parameters<Browser['newContext']>[0]): Promise<Page>
  /** A real run, ended red: see `failures` of product.ts. */
  failedRun(): Promise<RunState>
  /** A real run that prints what is appended until it is stopped. */
  startFeed(): Promise<Feed>
  /** Brings the product's release to staging and to production. Answers its SHA. */
  deployed(): Promise<string>
  /** Commits on top of main, and takes it to main once it is checked. Answers its SHA. */
  ship(commit: Commit): Promise<string>
  /** Brings a release that was shipped to production, once its promotion is ready. */
  promote(sha: string): Promise<void>
  /** Takes the service of an environment down, and up again. Needs `deployed`. */
  fall(environment: string): Promise<void>
  rise(environment: string): Promise<void>
  /** The service in staging writes so many lines: "text 1", "text 2", … Needs `deployed`. */
  say(text: string, lines: number): Promise<void>
  /** Ends the server if it still runs, and starts it again on the same data folder and port. */
  restart(env?: Record<string, string>): Promise<void>
  stop(): Promise<void>
}

export interface Feed {
  run: string
  job: string
  /** Appended lines are "text 1", "text 2", … */
  append(text: string, lines: number): Promise<void>
  stop(): Promise<void>
}

/** Seeds a fresh data folder, starts a server on it and pushes a product of one service. */
export async function startSeeded(): Promise<SeededGantry> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-seeded-'))
  await seedStore(home)
  const settings = { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: project, GANTRY_OWNER: 'Ana' }
  let gantry = await startGantry({ home, env: settings })
  const repository = join(home, 'projects', project, 'repository.git')
  const sha = await pushProduct(repository, commit => checksPassed(gantry, commit))
  return {
    get gantry() {
      return gantry
    },
    url: gantry.url,
    async signIn(page) {
      await openLink(page, await gantry.signInUrl())
    },
    async signedIn(browser, settings = {}) {
      const page = await (await browser.newContext(settings)).newPage()
      await openLink(page, await gantry.signInUrl())
      await expect(page.getByRole('table', { name: 'The line' })).toBeVisible()
      return page
    },
    failedRun: () => failedRun(gantry),
    startFeed: () => startFeed(gantry),
    async deployed() {
      await promoted(gantry, sha)
      return sha
    },
    ship: commit => pushOnTop(repository, commit, pushed => checksPassed(gantry, pushed)),
    promote: release => promoted(gantry, release),
    fall: environment => asked(gantry, environment, '/fall'),
    rise: environment => asked(gantry, environment, '/rise'),
    say: (text, lines) => asked(gantry, 'staging', `/say?${new URLSearchParams({ text, lines: String(lines) })}`),
    async restart(env = {}) {
      await gantry.stop()
      gantry = await startGantry({ home, port: gantry.port, env: { ...settings, ...env } })
    },
    async stop() {
      await gantry.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const dispatched = (gantry: RunningGantry, workflow: string, inputs: Record<string, unknown> = {}) =>
  gantry.api<RunState>('POST', '/api/v1/projects/seeded/runs', { workflow, ref: 'main', inputs })

const runOf = (gantry: RunningGantry, id: string) => gantry.api<RunState>('GET', `/api/v1/projects/seeded/runs/${id}`)

async function failedRun(gantry: RunningGantry): Promise<RunState> {
  const { id } = await dispatched(gantry, 'checks.yml')
  const run = await until(
    () => runOf(gantry, id),
    ({ status }) => status === 'completed',
    60_000,
    'the checks',
  )
  if (run.conclusion === 'failure') return run
  throw new Error(`the checks ended as ${run.conclusion}`)
}

async function startFeed(gantry: RunningGantry): Promise<Feed> {
  // Where a job sees it, whoever it is: Gantry's own folder is not there for jobs.
  const folder = await mkdtemp(join(tmpdir(), 'gantry-feed-'))
  await chmod(folder, 0o755)
  const file = join(folder, 'feed.txt')
  await writeFile(file, '')
  const { id } = await dispatched(gantry, 'feed.yml', { file })
  const run = await until(
    () => runOf(gantry, id),
    ({ jobs }) => jobs[0]?.steps.some(({ status, name }) => name === 'Follow' && status === 'in_progress') ?? false,
    60_000,
    'the feed',
  )
  return {
    run: id,
    job: run.jobs[0]?.id ?? 'feed',
    append: (text, lines) => appendFile(file, numbered(text, lines)),
    stop: async () =>
      void (await gantry.api('POST', `/api/v1/projects/seeded/runs/${id}/cancel`, { reason: 'read enough' })),
  }
}

const numbered = (text: string, lines: number) =>
  Array.from({ length: lines }, (_, index) => `${text} ${index + 1}\n`).join('')

async function promoted(gantry: RunningGantry, sha: string): Promise<void> {
  const line = () => gantry.api<Line>('GET', '/api/v1/projects/seeded/line')
  const ready = await until(
    async () =>
      (await line()).promotions.find(
        ({ environment, release, state }) => environment === 'production' && release === sha && state === 'ready',
      ),
    found => found !== undefined,
    60_000,
    'the promotion to production',
  )
  await gantry.api('POST', `/api/v1/projects/seeded/promotions/${ready?.id}/approve`, { reason: 'seeded' })
  await until(
    line,
    ({ environments }) => environments.every(({ current }) => current?.state === 'live' && current.release === sha),
    60_000,
    'the release in production',
  )
}

/** Asks the service itself, at its public address. */
async function asked(gantry: RunningGantry, environment: string, path: string): Promise<void> {
  const urls = await gantry.api<Record<string, string>>(
    'GET',
    `/api/v1/projects/seeded/environments/${environment}/urls`,
  )
  const answer = await fetch(`${urls['WEB_URL']}${path}`)
  if (!answer.ok) throw new Error(`the service answered ${answer.status}`)
}
