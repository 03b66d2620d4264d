import type { Project, RunStore } from '@gantry/core'
import { runIdFor } from '../run/run-id.ts'
import { mainRef } from './receive.ts'
import { formerOf, noted, type TakeParts, takeLeft } from './take-push.ts'

/** Runs by the clock are of the same commit, too: those of a push may stand far behind them. */
const runsLookedAt = 500

/**
 * A push whose hook was cut off by a crash still gets its runs: every file that was not started is started now. A branch
 * that fails is set aside until the next start, and the rest goes on; answers what is to be said of those.
 */
export async function startMissedRuns(
  runs: RunStore,
  push: Omit<TakeParts, 'project'>,
  project: Project,
): Promise<string[]> {
  const said: string[] = []
  const there = await push.repository.branches()
  const gone = (await push.pushes.open(project.name))
    .map(ref => ({ name: ref.replace('refs/heads/', ''), sha: null }))
    .filter(({ name }) => !there.some(branch => branch.name === name))
  for (const branch of [...there, ...gone]) {
    try {
      const lines = await startMissedOf(branch, runs, { ...push, project })
      said.push(...lines.filter(line => line.startsWith('warning: ')))
    } catch (cause) {
      push.log.error({ err: cause, branch: branch.name }, 'a branch was set aside')
      said.push(`warning: branch ${branch.name} was set aside: ${cause instanceof Error ? cause.message : cause}`)
    }
  }
  return said
}

async function startMissedOf(
  branch: { name: string; sha: string | null },
  runs: RunStore,
  given: TakeParts,
): Promise<string[]> {
  const { name, sha } = branch
  const ref = `refs/heads/${name}`
  const { project } = given
  const { lines, isKnown } = await takeLeft(branch, given)
  if (isKnown || sha === null) return lines
  // A branch that came without a hook: nothing is known of its push, and perhaps some of its runs began.
  const wanted = ref === mainRef ? 'push' : 'pull_request'
  const known = await runs.list(project.name, { sha, limit: 20 })
  if (known.some(({ event }) => event === wanted)) return lines
  const isStarted = async (workflowPath: string, event: string) =>
    (await runs.list(project.name, { sha, workflowPath, limit: runsLookedAt })).some(run => run.event === event)
  const parts = { ...given, isStarted }
  const brought = await given.broughtBy?.(ref, sha)
  // Servers that look at the same time start the same push.
  const id = runIdFor(brought?.id ?? project.name, ref, sha)
  const update = { before: formerOf(ref, parts), after: sha, ref, isForward: true }
  await noted(update, brought?.actor ?? 'gantry', parts, id)
  return [...lines, ...(await takeLeft(branch, parts)).lines]
}
