import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Line, LineEnvironment, RunSummary } from '@gantry/core/api'
import { type Page, test } from '@playwright/test'
import { until as askUntil } from '../tools/running-gantry.ts'
import { openLink } from './open-link.ts'
import type { Received } from './receiver.ts'
import { notes, type Started } from './start-gantry.ts'

const run = promisify(execFile)

export const started = (): Started => JSON.parse(readFileSync(notes, 'utf8'))

/** Asks the server as the command line does. */
export async function api<T>(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const { url, home } = started()
  const token = await readFile(join(home, 'cli-token'), 'utf8')
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as T }
}

export const line = async (): Promise<Line> => (await api<Line>('GET', '/api/v1/projects/sitebuilder/line')).body
export const environmentOf = (view: Line, name: string): LineEnvironment | undefined =>
  view.environments.find(one => one.name === name)

/** Twice a second: to answer keeps that server busy which is waited for. */
export const until = <T>(ask: () => Promise<T>, done: (value: T) => boolean, timeoutMs: number, what: string) =>
  askUntil(ask, done, timeoutMs, what, 500)

/** Waits until the sample is on staging, proved by its own browser tests, and production waits for a person: two minutes of a machine of its own. */
export async function sampleReady(): Promise<void> {
  test.setTimeout(600_000)
  const isReady = ({ promotions }: Line) =>
    promotions.some(({ environment, state }) => environment === 'production' && state === 'ready')
  await until(line, isReady, 590_000, 'the sample on staging, proved and waiting for a person')
}

export async function signIn(page: Page): Promise<void> {
  const { body } = await api<{ url: string }>('POST', '/api/v1/sign-in-links', {})
  await openLink(page, body.url)
}

/** `git …` in the sample's working copy, as the person who works there. Rejects with git's words. */
export async function git(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(
    'git',
    ['-c', 'user.name=Kim Doe', '-c', 'user.email=kim@sitebuilder.example', ...args],
    { cwd: join(started().home, 'sitebuilder') },
  )
  return `${stdout}${stderr}`.trim()
}

export const applyBreak = (name: string) =>
  git('apply', '--index', join(import.meta.dirname, '../examples/sitebuilder/breaks', `${name}.patch`))

/** The run of a workflow for a commit, once it is done. */
export async function completedRun(sha: string, workflow: string, timeoutMs = 300_000): Promise<RunSummary> {
  const ask = async () =>
    (await api<{ runs: RunSummary[] }>('GET', `/api/v1/projects/sitebuilder/runs?workflow=${workflow}&sha=${sha}`)).body
      .runs[0]
  const found = await until(ask, one => one?.status === 'completed', timeoutMs, `${workflow} of ${sha}`)
  if (!found) throw new Error(`no ${workflow} of ${sha}`)
  return found
}

export const received = async (): Promise<Received[]> =>
  (await fetch(`${started().receiver}/received`)).json() as Promise<Received[]>

/** `gantry …` as a person types it. Answers output and exit code. */
export async function gantry(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { home, url } = started()
  const main = join(import.meta.dirname, '../apps/cli/src/main.ts')
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], {
      env: { ...process.env, GANTRY_HOME: home, GANTRY_URL: url },
      maxBuffer: 64 << 20,
    })
    return { code: 0, stdout, stderr }
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      typeof cause.code === 'number' &&
      'stdout' in cause &&
      'stderr' in cause
    ) {
      return { code: cause.code, stdout: String(cause.stdout), stderr: String(cause.stderr) }
    }
    throw cause
  }
}
