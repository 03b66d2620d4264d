import { setTimeout as sleep } from 'node:timers/promises'
import { type RunState, type RunStore, shortSha } from '@gantry/core'
import type { Repository } from '../git/repository.ts'
import { failedAt } from '../run/run-summary.ts'
import type { Sample } from './sample.ts'
import type { SampleBrowser } from './sample-browser.ts'

/** The branch the sample is pushed as. */
export const firstBranch = 'first-steps'
const lookEveryMs = 250

/**
 * Takes the sample the way any commit goes: pushed as a branch, checked, then moved to main. Does what is left to do,
 * so a stop in between is taken up by the next start.
 */
export async function firstPush(parts: {
  project: string
  sample: Sample
  repository: Repository
  runs: RunStore
  /** Settled before the journeys are made; the checks run meanwhile. */
  browser: Pick<SampleBrowser, 'provide'>
  signal: AbortSignal
  say(line: string): void
  /** Address of the dashboard. */
  /** Address of the project's screens. */
  pages(): string
}): Promise<void> {
  const { project, sample, repository, runs, browser, signal, say, pages } = parts
  // Later releases of the sample are proved with it, too.
  void browser.provide()
  await sample.ensure()
  if (await repository.head('main')) return
  const sha = (await repository.head(firstBranch)) ?? (await sample.pushCurrent(firstBranch))
  say(`sample ${shortSha(sha)} pushed as ${firstBranch}; its checks run`)
  const ended = async (file: string, ...states: RunState['status'][]): Promise<RunState | undefined> => {
    while (!signal.aborted) {
      const [run] = await runs.list(project, { sha, workflowPath: `.github/workflows/${file}`, limit: 1 })
      if (run && states.includes(run.status)) return run
      await sleep(lookEveryMs, undefined, { signal }).catch(() => {})
    }
    return undefined
  }
  const checks = await ended('ci.yml', 'completed')
  if (!checks) return
  if (checks.conclusion !== 'success')
    return say(`the checks of the sample ended as ${checks.conclusion} in ${failedAt(checks) ?? 'no step'}`)
  await browser.provide()
  if (signal.aborted) return
  await sample.mergeToMain(firstBranch)
  say('its checks are green: moved to main, deploy.yml takes it to staging')
  const deploy = await ended('deploy.yml', 'waiting', 'completed')
  if (deploy?.status === 'waiting')
    say(`it is live on staging; production waits for your approval: ${pages()}/releases/${sha}`)
  else if (deploy?.conclusion === 'success') say('it is live')
  else if (deploy) say(`its deployment ended as ${deploy.conclusion} in ${failedAt(deploy) ?? 'no step'}`)
}
