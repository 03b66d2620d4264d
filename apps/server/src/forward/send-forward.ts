import {
  decideForward,
  type ForwardCount,
  type ForwardOutcome,
  type ForwardState,
  type ForwardStore,
  freshForward,
  limitedNow,
  pausedUntil,
  type QueuedForward,
} from '@gantry/core'
import { type BoundAdapter, bytesOfSize, durationMs, type ForwardConfig } from '@gantry/core/config'
import { type Forward, type ForwardRequest, forwardFor, judgeAnswer, WrongValue } from '@gantry/ingest'
import { retryAfterMs } from '@gantry/watch'
import type { ForwardValues } from './forward-values.ts'
import type { Post } from './post.ts'

export interface SendParts {
  project: string
  store: ForwardStore
  /** `address`: which of them says where it goes. */
  values(names: readonly string[], address: string): Promise<ForwardValues>
  post: Post
  /** Addresses that this server answers at itself. */
  isOwnAddress(url: URL): boolean
  now(): Date
  signal: AbortSignal
}

/** One forward, as the process that sends for it knows it. */
export interface ForwardLane {
  state: ForwardState
  /** When it has to be looked at again though nothing new comes; null: never. */
  again: Date | null
  trimDue: Date
}

/** Longer than a request and the writing down of what became of it. */
const leaseMs = 90_000
/** A row that somebody else had, or that waits for a limit, is looked for again. */
const againMs = 30_000
/** Looking through all that waits costs as much as there is. */
const trimEveryMs = 10_000
/** One that never catches up looks at its config and its values again after that. */
const drainMs = 10_000

export const freshLane = (state: ForwardState = freshForward): ForwardLane => ({
  ...{ state, again: null, trimDue: new Date(0) },
})

/** Sends what waits for one forward, until nothing does, the receiver wants to be left alone, or it went on for a while. */
export async function sendForward(
  name: string,
  said: ForwardConfig,
  lane: ForwardLane,
  parts: SendParts,
): Promise<void> {
  const { project, store, now, signal } = parts
  const bound = await forwardFor(said)
  const { acts, settings } = bound
  const { most } = acts
  const values = once(() =>
    parts.values(
      acts.settings.env(settings).map(variable => variable.name),
      acts.addressEnv(settings),
    ),
  )
  const untilMs = now().getTime() + drainMs
  for (;;) {
    if (signal.aborted) return
    await trim(name, said, lane, parts)
    if (now().getTime() >= untilMs) return lookAgain(lane, now())
    const at = now().toISOString()
    const paused = pausedUntil(lane.state, at)
    if (paused !== null) return lookAgain(lane, sooner(new Date(paused), now()))
    const claim = {
      now: at,
      leaseMs,
      rows: most.rows * most.atOnce,
      bytes: most.bytes * most.atOnce,
      except: limitedNow(lane.state, at),
    }
    const rows = await store.claim(project, name, claim)
    if (rows.length === 0) {
      const isWaiting = await store.isWaiting(project, name)
      return lookAgain(lane, isWaiting ? new Date(now().getTime() + againMs) : null)
    }
    lane.state = await sendRows(name, rows, { bound, values, state: lane.state }, parts)
  }
}

/** Secrets are opened once, for as many requests as there are. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null
  return () => (reading ??= read())
}

const lookAgain = (lane: ForwardLane, again: Date | null): void => void Object.assign(lane, { again })

/** A pause is slept in slices, so that what grows too old or too much meanwhile is dropped in good time. */
const sooner = (until: Date, now: Date): Date => new Date(Math.min(until.getTime(), now.getTime() + againMs))

async function trim(
  name: string,
  { waitAtMost, queueAtMost }: ForwardConfig,
  lane: ForwardLane,
  { project, store, now }: SendParts,
): Promise<void> {
  const nowMs = now().getTime()
  if (lane.trimDue.getTime() > nowMs) return
  const before = new Date(nowMs - durationMs(waitAtMost)).toISOString()
  await store.trim(project, name, { before, bytes: bytesOfSize(queueAtMost), at: new Date(nowMs).toISOString() })
  lane.trimDue = new Date(nowMs + trimEveryMs)
}

interface Sending {
  bound: BoundAdapter<Forward>
  values(): Promise<ForwardValues>
  state: ForwardState
}

/** What became of one request. No outcome: Gantry stops, and nobody waited for the answer. */
interface Sent {
  outcome: ForwardOutcome | null
  rejected: number
}

async function sendRows(
  name: string,
  rows: readonly QueuedForward[],
  sending: Sending,
  parts: SendParts,
): Promise<ForwardState> {
  const tried = await Promise.all(
    batches(rows, sending.bound.acts.most).map(async batch => ({ batch, ...(await sendBatch(batch, sending, parts)) })),
  )
  const at = parts.now().toISOString()
  const sent = tried.flatMap(({ outcome, ...rest }) => (outcome === null ? [] : [{ outcome, ...rest }]))
  const back = tried.filter(({ outcome }) => outcome === null || outcome.kind === 'failed')
  const after = sent
    // One that failed decides, whatever else arrived at the same time.
    .toSorted((a, b) => Number(a.outcome.kind === 'failed') - Number(b.outcome.kind === 'failed'))
    .reduce(
      (before, { batch, outcome }) =>
        decideForward(
          before,
          outcome,
          at,
          batch.map(({ categories }) => categories),
        ),
      sending.state,
    )
  await parts.store.settle(parts.project, name, {
    done: sent.flatMap(({ batch, outcome }) => (outcome.kind === 'failed' ? [] : batch.map(({ id }) => id))),
    back: back.flatMap(({ batch }) => batch.map(({ id }) => id)),
    state: after,
    counts: sent.flatMap(({ batch, outcome, rejected }) => countsOf(name, batch, outcome, rejected)),
    at,
  })
  return after
}

function countsOf(
  forward: string,
  batch: readonly QueuedForward[],
  outcome: ForwardOutcome,
  rejected: number,
): ForwardCount[] {
  const all = batch.reduce((sum, { quantity }) => sum + quantity, 0)
  const refused: ForwardCount = { forward, outcome: 'dropped', reason: 'refused', quantity: Math.min(rejected, all) }
  if (outcome.kind === 'failed') return []
  if (outcome.kind === 'refused') return [{ ...refused, quantity: all }]
  return [{ forward, outcome: 'sent', reason: '', quantity: all - refused.quantity }, refused]
}

/** Rows in their order, together as long as they fit into one request. */
function batches(rows: readonly QueuedForward[], most: Forward['most']): QueuedForward[][] {
  const made: QueuedForward[][] = []
  let bytes = 0
  for (const row of rows) {
    const last = made.at(-1)
    bytes += row.body.length
    if (last && last.length < most.rows && bytes <= most.bytes) last.push(row)
    else {
      made.push([row])
      bytes = row.body.length
    }
  }
  return made
}

async function sendBatch(
  rows: readonly QueuedForward[],
  { bound: { acts, settings }, values: valuesOf }: Sending,
  parts: SendParts,
): Promise<Sent> {
  const now = parts.now().toISOString()
  const failed = (error: string, retryAfterMs: number | null = null) => ({
    ...{ outcome: { kind: 'failed' as const, error, retryAfterMs, limits: {} }, rejected: 0 },
  })
  try {
    const values = await valuesOf()
    const request = acts.requestFor(rows, settings, values.env, now)
    if (parts.isOwnAddress(new URL(request.url))) return failed('it leads back to this server', personMs)
    const allowPrivate = values.isOfServer(acts.addressEnv(settings))
    return await posted(request, acts, allowPrivate, parts)
  } catch (cause) {
    if (parts.signal.aborted) return { outcome: null, rejected: 0 }
    return failed(cause instanceof Error ? cause.message : String(cause), cause instanceof WrongValue ? personMs : null)
  }
}

/** What a person has to mend is looked at again after that. */
const personMs = 60_000

async function posted(
  request: ForwardRequest,
  acts: Forward,
  allowPrivate: boolean,
  { post, now, signal }: SendParts,
): Promise<Sent> {
  const answer = await post(request, { allowPrivate, signal })
  const waitMs = retryAfterMs(answer.headers['retry-after'] ?? null, now())
  const outcome = judgeAnswer(answer, acts, { now: now().toISOString(), retryAfterMs: waitMs })
  return { outcome, rejected: outcome.kind === 'sent' ? acts.rejectedIn(answer) : 0 }
}
