import type { Project, RunStore } from '@gantry/core'
import { type PushParts, pushed } from './push.ts'
import { mainRef } from './receive.ts'

/** Runs by the clock are of the same commit, too: those of a push may stand far behind them. */
const runsLookedAt = 500

/** A push whose hook was cut off by a crash still gets its runs: every file that was not started is started now. */
export async function startMissedRuns(
  runs: RunStore,
  push: Omit<PushParts, 'project'>,
  project: Project,
): Promise<void> {
  for (const { name, sha } of await push.repository.branches()) {
    const ref = `refs/heads/${name}`
    const wanted = ref === mainRef ? 'push' : 'pull_request'
    const known = await runs.list(project.name, { sha, limit: 20 })
    if (known.some(({ event }) => event === wanted)) continue
    const before = ref === mainRef ? project.configSha : null
    const isStarted = async (workflowPath: string, event: string) =>
      (await runs.list(project.name, { sha, workflowPath, limit: runsLookedAt })).some(run => run.event === event)
    await pushed({ before, after: sha, ref, isForward: true }, 'gantry', { ...push, project, isStarted })
  }
}
