import { randomUUID } from 'node:crypto'
import type { Project, RunStore } from '@gantry/core'
import * as z from 'zod'
import { runIdFor } from '../run/run-id.ts'
import { type PushParts, pushed } from './push.ts'
import { mainRef } from './receive.ts'

/** Runs by the clock are of the same commit, too: those of a push may stand far behind them. */
const runsLookedAt = 500

/** The last push of a branch: whether its runs are being started is what a server that dies now leaves to the next one. */
const Begun = z.object({
  /** Names the push: each of its runs is started once, whoever starts it. */
  id: z.string().default(() => randomUUID()),
  actor: z.string(),
  update: z.object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    ref: z.string(),
    isForward: z.boolean(),
  }),
  isDone: z.boolean().default(false),
})
export type Begun = Omit<z.output<typeof Begun>, 'isDone'>

/** Starts what a push asks for, and remembers until then that it is to be done whole. Answers lines for the person. */
export async function pushedWhole(begun: Begun, parts: PushParts): Promise<string[]> {
  const { update } = begun
  await parts.projects.saveSetting(parts.project.name, markOf(update.ref), begun)
  const { lines, isWhole } = await pushed(begun, parts)
  if (!isWhole) return lines
  const left = await begunFor(update.ref, parts)
  // A later push of the same branch has a mark of its own by now.
  if (left?.update.after === update.after)
    await parts.projects.saveSetting(parts.project.name, markOf(update.ref), { ...begun, isDone: true })
  return lines
}

/**
 * The same for the hook of a push and for a start that finds the branch there before the hook was heard: each looks at the push
 * before it. So neither starts what the other does, and a commit that comes to a branch again is another push.
 */
export async function pushIdOf(
  { ref, after }: { ref: string; after: string | null },
  parts: Pick<PushParts, 'projects' | 'project'>,
): Promise<string> {
  const last = await begunFor(ref, parts)
  if (last?.update.after === after) return last.id
  return runIdFor(last?.id ?? parts.project.name, ref, after ?? '')
}

/**
 * A push whose hook was cut off by a crash still gets its runs: every file that was not started is started now. A branch
 * that fails is set aside until the next start, and the rest goes on; answers what is to be said of those.
 */
export async function startMissedRuns(
  runs: RunStore,
  push: Omit<PushParts, 'project'>,
  project: Project,
): Promise<string[]> {
  const said: string[] = []
  for (const branch of await push.repository.branches()) {
    try {
      const lines = await startMissedOf(branch, runs, push, project)
      said.push(...lines.filter(line => line.startsWith('warning: ')))
    } catch (cause) {
      push.log.error({ err: cause, branch: branch.name }, 'a branch was set aside')
      said.push(`warning: branch ${branch.name} was set aside: ${cause instanceof Error ? cause.message : cause}`)
    }
  }
  return said
}

async function startMissedOf(
  { name, sha }: { name: string; sha: string },
  runs: RunStore,
  push: Omit<PushParts, 'project'>,
  project: Project,
): Promise<string[]> {
  const ref = `refs/heads/${name}`
  const isStarted = async (workflowPath: string, event: string) =>
    (await runs.list(project.name, { sha, workflowPath, limit: runsLookedAt })).some(run => run.event === event)
  const parts = { ...push, project, isStarted }
  const left = await begunFor(ref, parts)
  if (left?.update.after === sha && !left.isDone) return pushedWhole(left, parts)
  // The hook may not have reached the server at all: then nothing is known of the push, and none of its runs began.
  const wanted = ref === mainRef ? 'push' : 'pull_request'
  const known = await runs.list(project.name, { sha, limit: 20 })
  if (known.some(({ event }) => event === wanted)) return []
  const before = ref === mainRef ? project.configSha : null
  const own = async () => ({ id: await pushIdOf({ ref, after: sha }, parts), actor: 'gantry' })
  const { id, actor } = (await push.broughtBy?.(ref, sha)) ?? (await own())
  return pushedWhole({ id, actor, update: { before, after: sha, ref, isForward: true } }, parts)
}

async function begunFor(
  ref: string,
  { projects, project }: Pick<PushParts, 'projects' | 'project'>,
): Promise<z.output<typeof Begun> | null> {
  const { data } = Begun.safeParse(await projects.setting(project.name, markOf(ref)))
  return data ?? null
}

const markOf = (ref: string): string => `push-begun:${ref}`
