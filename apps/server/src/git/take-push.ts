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
/** A push that is made again after a server died is made within this time. */
const againMs = 600_000

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
    // A tag starts nothing.
    if (isBranch(update.ref)) await pushes.expect(project, { id, actor, ...update, at: now() })
    ids.push(id)
  }
  return ids
}

/** Git accepted a push: starts what it asks for, after what pushes before it left undone. Answers lines for the person. */
export async function takePush(update: Update, actor: string, parts: TakeParts): Promise<string[]> {
  if (!isBranch(update.ref)) return (await pushed({ id: randomUUID(), actor, update }, parts)).lines
  let all = await pushesOf(update.ref, parts)
  if (!all.some(push => isOf(update, push, all))) {
    await noted(update, actor, parts)
    all = await pushesOf(update.ref, parts)
  }
  const own = all.findLastIndex(push => isOf(update, push, all))
  for (const push of all.slice(0, own))
    if (!push.isDone && happened(push, all)) await startWhole(push, notNewest(parts))
  const push = all[own]
  return push ? startWhole({ ...push, actor }, parts) : []
}

/** Starts what was left undone of a branch, in the order of its pushes. Answers what was said, and whether its head is among them. */
export async function takeLeft(
  /** Null: the branch is gone. */
  branch: { name: string; sha: string | null },
  parts: TakeParts,
): Promise<{ lines: string[]; isKnown: boolean }> {
  const all = await pushesOf(`refs/heads/${branch.name}`, parts)
  const lines: string[] = []
  for (const push of all.filter(({ isDone }) => !isDone)) {
    if (happened(push, all) || (await isThere(push, branch, parts)))
      lines.push(...(await startWhole(push, push.after === branch.sha ? parts : notNewest(parts))))
    else if (Date.parse(parts.now()) - Date.parse(push.at) > acceptingMs) await forgetPushes(push.ids, parts)
  }
  return { lines, isKnown: all.some(({ after }) => after === branch.sha) }
}

const isBranch = (ref: string): boolean => ref.startsWith('refs/heads/')

/** A push of which nobody was told before git accepted it. */
export const noted = (
  update: Update,
  actor: string | null,
  parts: TakeParts,
  id: string = randomUUID(),
): Promise<void> => parts.pushes.expect(parts.project.name, { id, actor, ...update, at: parts.now() })

/** Git, or another server, did not take them. */
export async function forgetPushes(ids: readonly string[], { pushes, project }: Pick<TakeParts, 'pushes' | 'project'>) {
  for (const id of ids) await pushes.forget(project.name, id)
}

interface Told extends LoggedPush {
  /** Of each time it was told; the first names it. */
  ids: string[]
}

/**
 * Of a branch, in their order. One that is made again because nobody heard the answer is the same push: whoever looked meanwhile
 * started its runs by its first name.
 */
async function pushesOf(ref: string, { pushes, project }: TakeParts): Promise<Told[]> {
  const all: Told[] = []
  for (const push of await pushes.of(project.name, ref)) {
    const last = all.at(-1)
    const isAgain = last?.before === push.before && last.after === push.after
    if (!isAgain || Date.parse(push.at) - Date.parse(last.at) > againMs) all.push({ ...push, ids: [push.id] })
    else all.splice(-1, 1, { ...last, ids: [...last.ids, push.id], isDone: last.isDone || push.isDone })
  }
  return all
}

/** Starts what it asks for; it stays on record until every file that is to run has its run. */
async function startWhole(push: Told, parts: TakeParts): Promise<string[]> {
  const { id, ids, ref, before, after, isForward } = push
  const actor = push.actor ?? (after === null ? 'git' : (await parts.repository.commit(after)).author)
  const { lines, isWhole } = await pushed({ id, actor, update: { ref, before, after, isForward } }, parts)
  if (isWhole) for (const told of ids) await parts.pushes.done(parts.project.name, told)
  return lines
}

/** The last one led to where this one leads: a branch that is there cannot be pushed there again. */
const isOf = ({ before, after }: Update, push: Told, all: readonly Told[]): boolean =>
  push.after === after &&
  (push.before === before ? !push.isDone || push === all.at(-1) : push.isDone && push === all.at(-1))

/** A later push found the branch there. */
const happened = (push: Told, all: readonly Told[]): boolean =>
  push.after === null || all.slice(all.indexOf(push) + 1).some(({ before }) => before === push.after)

/** A branch that is forced back to a commit had it before, too: that it has it proves nothing. */
const isThere = async ({ after, isForward }: Told, branch: { name: string; sha: string | null }, parts: TakeParts) =>
  after === branch.sha || (isForward && after !== null && (await parts.repository.contains(branch.name, after)))

/** The config and the schedules are those of the newest commit of main. */
const notNewest = (parts: TakeParts): TakeParts => ({
  ...parts,
  adoptConfig: async () => undefined,
  planSchedules: async () => [],
})

/** What main was when nobody wrote down where a push found it. */
export const formerOf = (ref: string, { project }: Pick<TakeParts, 'project'>): string | null =>
  ref === mainRef ? project.configSha : null
