import { GantryError, type Project, type ProjectStore, shortSha } from '@gantry/core'
import type { UnsetValue } from '@gantry/core/api'
import { triggeredBy } from '@gantry/workflow'
import { readWorkflow } from '../run/read-workflow.ts'
import { runIdFor } from '../run/run-id.ts'
import { type RunKeeper, type RunRequest, unplannable } from '../run/run-keeper.ts'
import { mainRef, type Update } from './receive.ts'
import type { Repository } from './repository.ts'

export interface PushParts {
  project: Project
  projects: ProjectStore
  repository: Repository
  keeper: RunKeeper
  /** Address of the project's screens. */
  pages(): string
  /** Reads and stores the config of a commit of main. */
  adoptConfig(sha: string): Promise<void>
  /** Plans the schedules of a commit of main; answers what is wrong with some. */
  planSchedules(sha: string): Promise<string[]>
  /** Secrets and variables that its workflow files ask for and nobody set; left out: not looked at. */
  unset?(sha: string): Promise<UnsetValue[]>
  /** Which push brought a branch there, where other servers know of it, too. */
  broughtBy?(ref: string, sha: string): Promise<{ id: string; actor: string } | null>
  /** Whether a file was started for that event already; left out: for none. */
  isStarted?(workflowPath: string, event: string): Promise<boolean>
  log: { error(facts: object, message: string): void }
}

export interface Pushed {
  /** For the person who pushed. */
  lines: string[]
  /** Whether every file that was to start has its run. */
  isWhole: boolean
}

/**
 * Starts what a push asks for: a branch is a pull request towards main, main is a push. A file that fails is set aside
 * with its reason, and the others start.
 */
export async function pushed(
  { id, update, actor }: { id: string; update: Update; actor: string },
  parts: PushParts,
): Promise<Pushed> {
  const { after, ref } = update
  if (!after || !ref.startsWith('refs/heads/')) return { lines: [], isWhole: true }
  const lines: string[] = []
  if (ref === mainRef) lines.push(...(await adopted(after, parts)), ...(await unsetLines(after, parts)))
  const event = ref === mainRef ? pushEvent(update, actor) : await pullRequestEvent(update, actor, parts)
  const { title, author } = await parts.repository.commit(after)
  const changedFiles = await changes(update, parts.repository)
  let isWhole = true
  for (const file of await parts.repository.files(after, '.github/workflows')) {
    const { runs, fault } = judge(file, event, changedFiles)
    if (!runs) continue
    const request: RunRequest = {
      id: runIdFor(id, file.path, event.name),
      workflowPath: file.path,
      inputs: {},
      ref: event.ref,
      sha: after,
      actor,
      title,
      author,
      event: event.name,
      payload: event.payload,
      ...(fault && { fault }),
    }
    try {
      if (!(await parts.isStarted?.(file.path, event.name))) lines.push(await startedLine(request, parts))
    } catch (cause) {
      isWhole = false
      lines.push(setAside(file.path, cause, parts))
    }
  }
  const nothing = `no workflow file asks for ${event.name} on ${ref.replace('refs/heads/', '')}; nothing was started`
  return { lines: lines.length > 0 ? lines : [nothing], isWhole }
}

async function startedLine(request: RunRequest, parts: PushParts): Promise<string> {
  const run = await parts.keeper.start(request)
  const how = run.conclusion === 'failure' ? 'failed at once' : 'started'
  const file = request.workflowPath.split('/').at(-1)
  return `${file} #${run.number} ${how} for ${shortSha(request.sha)}: ${parts.pages()}/runs/${run.id}`
}

/** What has no run to say it is said to the person who pushed, and in the server's log. */
function setAside(path: string, cause: unknown, { log }: PushParts): string {
  log.error({ err: cause, path }, 'a run could not be started')
  const reason = cause instanceof Error ? cause.message : cause
  return `warning: ${path} could not be started: ${reason}; the server tries again with the next push of the branch, or when it starts next`
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

/** Said before a job that needs one fails for it. */
async function unsetLines(sha: string, parts: PushParts): Promise<string[]> {
  const unset = ((await parts.unset?.(sha)) ?? []).filter(({ kind }) => kind === 'secret')
  return unset.slice(0, mostUnset).map(({ name, environment, askedBy }) => {
    const option = environment === null ? '' : ` --environment ${environment}`
    return `warning: ${askedBy[0]} asks for the secret ${name}, which is not set: gantry secrets set ${name}${option}`
  })
}

const mostUnset = 5

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
function judge(
  { path, text }: { path: string; text: string },
  event: TriggerEvent,
  changedFiles: string[],
): { runs: boolean; fault?: GantryError } {
  if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return { runs: false }
  try {
    return { runs: triggeredBy(readWorkflow(path, text), { ...event, changedFiles }).runs }
  } catch (cause) {
    if (cause instanceof GantryError) return { runs: event.name === 'pull_request' }
    return { runs: true, fault: unplannable(path, cause) }
  }
}
