import { setTimeout as sleep } from 'node:timers/promises'
import { type RunStore, shortSha } from '@gantry/core'
import type { Repository } from '../git/repository.ts'
import { failedAt } from '../run/run-summary.ts'
import type { Sample } from './sample.ts'

const branch = 'first-steps'
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
  signal: AbortSignal
  say(line: string): void
}): Promise<void> {
  const { project, sample, repository, runs, signal, say } = parts
  await sample.ensure()
  if (await repository.head('main')) return
  const sha = (await repository.head(branch)) ?? (await sample.pushCurrent(branch))
  say(`sample ${shortSha(sha)} pushed as ${branch}; its checks run`)
  while (!signal.aborted) {
    const [run] = await runs.list(project, { sha, workflowPath: '.github/workflows/ci.yml', limit: 1 })
    if (run?.status === 'completed') {
      if (run.conclusion !== 'success')
        return say(`the checks of the sample ended as ${run.conclusion} in ${failedAt(run) ?? 'no step'}`)
      await sample.mergeToMain(branch)
      return say('its checks are green: moved to main, deploy.yml takes it to staging')
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {})
  }
}
