import { randomUUID } from 'node:crypto'
import type { LoggedPush, PushLog } from '@gantry/core'
import { type PushParts, pushed } from './push.ts'
import { type HookBody, mainRef, type Update } from './receive.ts'

export interface TakeParts extends PushParts {
  pushes: PushLog
  /** ISO 8601. */
  now(): string
}

/** Git accepts a push seconds after it asked; one that it did not accept within this time never happened. */
const acceptingMs = 120_000

/**
 * Notes a push before git accepts it: what dies after that leaves it to the next one, also when another push follows. Answers
 * the names, in the order of the updates.
 */
export async function expectPushes(
  { updates, actor }: Pick<HookBody, 'updates' | 'actor'>,
  { pushes, project, now }: Pick<TakeParts, 'pushes' | 'now'> & { project: string },
): Promise<string[]> {
  const ids: string[] = []
  for (const update of updates) {
    const id = randomUUID()
    await pushes.expect(project, { id, actor, ...update, at: now() })
    ids.push(id)
  }
  return ids
}

/** Git accepted a push: starts what it asks for, after what pushes before it left undone. Answers lines for the person. */
export async function takePush(update: Update, actor: string, parts: TakeParts): Promise<string[]> {
  const { pushes, project } = parts
  const known = await pushes.of(project.name, update.ref)
  const own = ownOf(update, known) ?? (await noted(update, actor, parts))
  const at = known.findIndex(({ id }) => id === own.id)
  const before = at === -1 ? known : known.slice(0, at)
  for (const push of before.filter(({ isDone }) => !isDone))
    if (await happened(push, known, parts)) await startWhole(push, notNewest(parts))
  return startWhole({ ...own, actor }, parts)
}

/** Starts what was left undone of a branch, in the order of its pushes. Answers what was said, and whether its head is among them. */
export async function takeLeft(
  branch: { name: string; sha: string },
  parts: TakeParts,
): Promise<{ lines: string[]; isKnown: boolean }> {
  const { pushes, project } = parts
  const known = await pushes.of(project.name, `refs/heads/${branch.name}`)
  const lines: string[] = []
  for (const push of known.filter(({ isDone }) => !isDone)) {
    if (await happened(push, known, parts))
      lines.push(...(await startWhole(push, push.after === branch.sha ? parts : notNewest(parts))))
    else if (Date.parse(parts.now()) - Date.parse(push.at) > acceptingMs) await pushes.forget(project.name, push.id)
  }
  return { lines, isKnown: known.some(({ after }) => after === branch.sha) }
}

/** A push of which nobody was told before git accepted it. */
export async function noted(
  update: Update,
  actor: string | null,
  parts: TakeParts,
  id: string = randomUUID(),
): Promise<LoggedPush> {
  const push = { id, actor, ...update, at: parts.now() }
  await parts.pushes.expect(parts.project.name, push)
  return { ...push, isDone: false }
}

/** Starts what it asks for; it stays on record until every file that is to run has its run. */
export async function startWhole(push: LoggedPush, parts: TakeParts): Promise<string[]> {
  const { id, ref, before, after, isForward } = push
  const actor = push.actor ?? (after === null ? 'git' : (await parts.repository.commit(after)).author)
  const { lines, isWhole } = await pushed({ id, actor, update: { ref, before, after, isForward } }, parts)
  if (isWhole) await parts.pushes.done(parts.project.name, id)
  return lines
}

/** The same push told twice is one; a commit that comes to a branch again is another. */
function ownOf({ before, after }: Update, known: LoggedPush[]): LoggedPush | undefined {
  const open = known.findLast(push => !push.isDone && push.after === after && push.before === before)
  return open ?? known.findLast(({ isDone }) => isDone && known.at(-1)?.after === after)
}

/** Whether git accepted it: its commit is on the branch, or a later push found it there. */
async function happened(push: LoggedPush, all: LoggedPush[], { repository }: TakeParts): Promise<boolean> {
  const { ref, after } = push
  if (after === null) return true
  if (all.slice(all.indexOf(push) + 1).some(({ before }) => before === after)) return true
  return repository.contains(ref.replace('refs/heads/', ''), after)
}

/** The config and the schedules are those of the newest commit of main. */
const notNewest = (parts: TakeParts): TakeParts => ({
  ...parts,
  adoptConfig: async () => undefined,
  planSchedules: async () => [],
})

/** What main was when nobody wrote down where a push found it. */
export const formerOf = (ref: string, { project }: Pick<TakeParts, 'project'>): string | null =>
  ref === mainRef ? project.configSha : null
