import { GantryError, type Project, type ProjectStore, shortSha } from '@gantry/core'
import { readWorkflow, triggeredBy } from '@gantry/workflow'
import type { RunKeeper, RunRequest } from '../run/run-keeper.ts'
import { mainRef, type Update } from './receive.ts'
import type { Repository } from './repository.ts'

export interface PushParts {
  project: Project
  projects: ProjectStore
  repository: Repository
  keeper: RunKeeper
  url(): string
  /** Reads and stores the config of a commit of main. */
  adoptConfig(sha: string): Promise<void>
  /** Plans the schedules of a commit of main; answers what is wrong with some. */
  planSchedules(sha: string): Promise<string[]>
  /** Whether a file was started for that event already; left out: for none. */
  isStarted?(workflowPath: string, event: string): Promise<boolean>
}

/**
 * Starts what a push asks for: a branch is a pull request towards main, main is a push.
 * Answers lines for the person who pushed.
 */
export async function pushed(update: Update, actor: string, parts: PushParts): Promise<string[]> {
  const { after, ref } = update
  if (!after || !ref.startsWith('refs/heads/')) return []
  const lines: string[] = []
  if (ref === mainRef) lines.push(...(await adopted(after, parts)))
  const event = ref === mainRef ? pushEvent(update, actor) : await pullRequestEvent(update, actor, parts)
  const { title } = await parts.repository.commit(after)
  const changedFiles = await changes(update, parts.repository)
  for (const file of await parts.repository.files(after, '.github/workflows')) {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(file.path) || !isTriggered(file, event, changedFiles)) continue
    if (await parts.isStarted?.(file.path, event.name)) continue
    const request: RunRequest = {
      workflowPath: file.path,
      inputs: {},
      ref: event.ref,
      sha: after,
      actor,
      title,
      event: event.name,
      payload: event.payload,
    }
    const run = await parts.keeper.start(request)
    lines.push(
      `${file.path.split('/').at(-1)} #${run.number} started for ${shortSha(after)}: ${parts.url()}/runs/${run.id}`,
    )
  }
  return lines.length > 0
    ? lines
    : [`no workflow file asks for ${event.name} on ${ref.replace('refs/heads/', '')}; nothing was started`]
}

interface TriggerEvent {
  name: string
  ref: string
  payload: Record<string, unknown>
}

async function adopted(sha: string, parts: PushParts): Promise<string[]> {
  const faults = (await parts.planSchedules(sha)).map(fault => `warning: ${fault}`)
  try {
    await parts.adoptConfig(sha)
    return faults
  } catch (cause) {
    if (!(cause instanceof GantryError)) throw cause
    return [...faults, `warning ${cause.code}  ${cause.message}`, `hint: ${cause.hint}`]
  }
}

function pushEvent(update: Update, actor: string): TriggerEvent {
  const payload = {
    ref: update.ref,
    before: update.before ?? '0'.repeat(40),
    after: update.after,
    pusher: { name: actor },
  }
  return { name: 'push', ref: update.ref, payload }
}

async function pullRequestEvent(update: Update, actor: string, parts: PushParts): Promise<TriggerEvent> {
  const branch = update.ref.replace('refs/heads/', '')
  const number = await pullRequestNumber(branch, parts)
  const base = await parts.repository.head('main')
  const pullRequest = {
    number,
    head: { ref: branch, sha: update.after },
    base: { ref: 'main', sha: base },
    user: { login: actor },
  }
  const action = update.before ? 'synchronize' : 'opened'
  return {
    name: 'pull_request',
    ref: `refs/pull/${number}/merge`,
    payload: { action, number, pull_request: pullRequest },
  }
}

async function pullRequestNumber(branch: string, { projects, project }: PushParts): Promise<number> {
  const name = `pull-request:${branch}`
  const known = await projects.setting(project.name, name)
  if (typeof known === 'number') return known
  const last = await projects.setting(project.name, 'pull-requests')
  const number = (typeof last === 'number' ? last : 0) + 1
  await projects.saveSetting(project.name, 'pull-requests', number)
  await projects.saveSetting(project.name, name, number)
  return number
}

async function changes(update: Update, repository: Repository): Promise<string[]> {
  if (!update.after) return []
  const from = update.ref === mainRef ? update.before : await repository.head('main')
  return repository.changedFiles(from, update.after)
}

/** A file that cannot be read is started all the same: its run is red and names the line. */
function isTriggered(file: { path: string; text: string }, event: TriggerEvent, changedFiles: string[]): boolean {
  try {
    return triggeredBy(readWorkflow(file.path, file.text), { ...event, changedFiles }).runs
  } catch (cause) {
    if (cause instanceof GantryError) return event.name === 'pull_request'
    throw cause
  }
}
