import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Line, RunSummary } from '@gantry/core/api'
import { type RunningGantry, until } from '../tools/running-gantry.ts'

const run = promisify(execFile)

/** What is waited for is not what is measured: on a machine or a registry that is busy, the sample takes minutes to be installed. */
export const patienceMs = 900_000

/** Waits until some release is live there. */
export async function liveIn(
  gantry: RunningGantry,
  environment: string,
  release?: string,
  project = 'sitebuilder',
): Promise<void> {
  await until(
    () => gantry.api<Line>('GET', `/api/v1/projects/${project}/line`),
    line =>
      line.environments.some(
        ({ name, current }) =>
          name === environment && current?.state === 'live' && (!release || current.release === release),
      ),
    patienceMs,
    `a release live in ${environment}`,
  )
}

/** Approves what waits for that environment, and waits until it is live. */
export async function approved(gantry: RunningGantry, environment: string): Promise<string> {
  const open = await until(
    async () =>
      (await gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')).promotions.find(
        one => one.environment === environment && one.state === 'ready',
      ),
    found => found !== undefined,
    patienceMs,
    `a promotion to ${environment} that is ready`,
  )
  if (!open) throw new Error('no promotion')
  await gantry.api('POST', `/api/v1/projects/sitebuilder/promotions/${open.id}/approve`, { reason: 'measured' })
  await liveIn(gantry, environment, open.release)
  return open.release
}

/** One more good commit, pushed as a person would: a branch first, then main. Answers its SHA. */
export async function pushAgain(gantry: RunningGantry): Promise<string> {
  const git = async (...args: string[]) =>
    (
      await run('git', ['-c', 'user.name=Kim Doe', '-c', 'user.email=kim@sitebuilder.example', ...args], {
        cwd: join(gantry.home, 'sitebuilder'),
      })
    ).stdout.trim()
  await git('fetch', '--quiet', 'gantry')
  await git('checkout', '--quiet', '-B', 'again', 'gantry/main')
  await git('commit', '--quiet', '--allow-empty', '-m', 'Say it once more')
  await git('push', '--quiet', 'gantry', 'HEAD:refs/heads/again')
  const sha = await git('rev-parse', 'HEAD')
  await checksPassed(gantry, sha)
  await git('push', '--quiet', 'gantry', 'HEAD:main')
  return sha
}

/** Waits for the checks of a commit. Throws when they are not green. */
export async function checksPassed(gantry: RunningGantry, sha: string, project = 'sitebuilder'): Promise<void> {
  const checked = await until(
    async () =>
      (await gantry.api<{ runs: RunSummary[] }>('GET', `/api/v1/projects/${project}/runs?workflow=ci.yml&sha=${sha}`))
        .runs[0],
    one => one?.status === 'completed',
    patienceMs,
    `the checks of ${sha}`,
  )
  if (checked?.conclusion !== 'success')
    throw new Error(`the checks ended as ${checked?.conclusion} in ${checked?.failedAt}`)
}
