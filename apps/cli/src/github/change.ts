import { GantryError } from '@gantry/core'
import { statusOf } from '@gantry/github'
import type { GitHub } from './github.ts'

export interface Request {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/repos/<owner>/<name>`. */
  path: string
  body?: unknown
}

/** One setting that differs, in words, and the request that would mend it. */
export interface Change {
  what: string
  now: string
  wanted: string
  /** Null where it is known only once what comes before was made: `later` asks for it then. */
  request: Request | null
  /** What puts it back as it was; `{id}` is that of what was made. */
  undo: Request
  later?: (github: GitHub) => Promise<Request | null>
  /** What is asked for where the plan has not all of it; left out: nothing. */
  less?: Request
}

/** What differs, and what the plan of the repository has not. */
export interface Difference {
  changes: Change[]
  notOffered: string[]
}

/**
 * Whether GitHub refuses it because of the plan: it says so in words alone, with 403 for rules of branches and with 422 for
 * environments.
 */
const isPlanRefusal = (cause: unknown): cause is GantryError =>
  cause instanceof GantryError &&
  [403, 404, 422].includes(statusOf(cause) ?? 0) &&
  /upgrade to|billing plan/i.test(cause.message)

/** What is there; `not-offered` where the plan has no such thing. */
export async function getOffered(github: GitHub, path: string): Promise<unknown | null | 'not-offered'> {
  return github.get(path).catch(cause => {
    if (isPlanRefusal(cause)) return 'not-offered'
    throw cause
  })
}

/** Several changes of one thing are one request. */
const keyOf = ({ method, path, body }: Request): string => `${method} ${path} ${JSON.stringify(body)}`

/** What was made so far. */
export interface Made {
  undo: Request[]
  notOffered: string[]
}

/**
 * Makes the changes in their order.
 * @param made told as it goes on: what was made before a failure has to be put back, too
 * @throws GantryError VENDOR_REFUSED
 */
export async function makeChanges(github: GitHub, changes: readonly Change[], made: Made): Promise<void> {
  const done = new Set<string>()
  const undone = new Set<string>()
  for (const change of changes) {
    const request = change.request ?? (await change.later?.(github)) ?? null
    if (request === null) made.notOffered.push(`${change.what}: ${change.wanted}`)
    if (request === null || done.has(keyOf(request))) continue
    done.add(keyOf(request))
    const answer = await sendOrLess(github, change, request)
    if (!answer.isWhole) made.notOffered.push(`${change.what}: ${answer.why}`)
    const undo = undoOf(change, answer.body)
    if (answer.isMade && !undone.has(keyOf(undo))) made.undo.push(undo)
    undone.add(keyOf(undo))
  }
}

type Sent =
  | { isWhole: true; isMade: true; body: unknown }
  | { isWhole: false; isMade: boolean; body: unknown; why: string }

async function sendOrLess(github: GitHub, { less }: Change, request: Request): Promise<Sent> {
  const send = ({ method, path, body }: Request) => github.send(method, path, body)
  try {
    return { isWhole: true, isMade: true, body: await send(request) }
  } catch (cause) {
    if (!isPlanRefusal(cause)) throw cause
    return { isWhole: false, isMade: less !== undefined, body: less && (await send(less)), why: cause.message }
  }
}

function undoOf({ undo }: Change, answer: unknown): Request {
  const { id } = (answer ?? {}) as { id?: unknown }
  return { ...undo, path: undo.path.replace('{id}', String(id ?? '')) }
}
