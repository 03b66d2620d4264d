import { instantMs, instantOf, msBetween } from '../duration/instant.ts'
import type { Beat } from './beat.ts'
import { nextMonitor } from './decide-monitor.ts'
import type { Check, Monitor } from './monitor.ts'

/** What a client says of when its job runs. What is left out keeps its usual value. */
export interface SaidBeat {
  cron: Beat['cron']
  everyMs: number | null
  marginMs: number | null
  maxRunMs: number | null
  confirmations: number | null
  recovery: number | null
}

/** A job told that it begins, or how it ended. */
export interface CheckIn {
  project: string
  environment: string
  /** What the client calls the job. */
  name: string
  /** Of the run: what begins and what ends have the same. */
  id: string
  status: 'in_progress' | 'ok' | 'error'
  /** When it arrived, by our clock. */
  at: string
  durationMs: number | null
  /** Null: nothing is said, what was said before holds. */
  beat: SaidBeat | null
}

/** The next time of a schedule after a moment; null when there is none. */
export type NextTick = (cron: NonNullable<Beat['cron']>, after: string) => string | null

export interface HeardMonitor {
  monitor: Monitor
  /** Null: it began, which says nothing of how it goes. */
  check: Check | null
}

export const checkInType = 'check-in'

const usual = { marginMs: 60_000, maxRunMs: 30 * 60_000, confirmations: 1, recovery: 1 }

/** The monitor of a job after it told of itself. Null in `known`: it is the first time. */
export function heardCheckIn(known: Monitor | null, checkIn: CheckIn, id: string, nextTick: NextTick): HeardMonitor {
  const { at, status } = checkIn
  const before = beatAfter(known?.beat ?? null, checkIn)
  const { running } = before
  const own = running?.id === checkIn.id ? running : null
  const beat: Beat = {
    ...before,
    heardAt: at,
    dueAt: dueAfter(before, at, nextTick),
    // Another run may go on beside the one that ended.
    running: status === 'in_progress' ? (own ?? { id: checkIn.id, since: at }) : own ? null : running,
  }
  const monitor: Monitor = {
    ...(known ?? newMonitor(checkIn, id)),
    ...(checkIn.beat?.confirmations != null && { confirmations: checkIn.beat.confirmations }),
    target: beatInWords(beat),
    everyMs: beat.everyMs ?? 0,
    timeoutMs: beat.maxRunMs,
    beat,
  }
  if (status === 'in_progress') return { monitor, check: null }
  const tookMs = checkIn.durationMs ?? (own ? msBetween(own.since, at) : 0)
  const isOk = status === 'ok'
  return checked(monitor, {
    at,
    isOk,
    latencyMs: Math.max(0, tookMs),
    error: isOk ? null : 'the job says that it failed',
  })
}

/** What time alone says of a job: it did not begin when it should have, or does not end. Null: nothing yet. */
export function overdueCheckIn(monitor: Monitor, at: string, nextTick: NextTick): HeardMonitor | null {
  const { beat } = monitor
  const lookAt = nextLookAt(monitor)
  if (!beat || lookAt === null || msBetween(lookAt, at) < 0) return null
  const late = { at, isOk: false }
  if (beat.running) {
    const tookMs = msBetween(beat.running.since, at)
    if (tookMs >= beat.maxRunMs) {
      const error = `it began at ${beat.running.since} and did not end within ${inWords(beat.maxRunMs)}`
      return checked({ ...monitor, beat: { ...beat, running: null } }, { ...late, latencyMs: tookMs, error })
    }
  }
  const error = `nothing was heard of it, it was expected at ${beat.dueAt}`
  return checked(
    { ...monitor, beat: { ...beat, dueAt: dueAfter(beat, at, nextTick) } },
    { ...late, latencyMs: 0, error },
  )
}

/** When time alone may say something of it. */
export function nextLookAt({ beat }: Monitor): string | null {
  if (!beat) return null
  const ends = beat.running ? [instantMs(beat.running.since) + beat.maxRunMs] : []
  const begins = beat.dueAt === null ? [] : [instantMs(beat.dueAt) + beat.marginMs]
  const first = Math.min(...ends, ...begins)
  return Number.isFinite(first) ? instantOf(first) : null
}

function checked(monitor: Monitor, said: Pick<Check, 'at' | 'isOk' | 'latencyMs' | 'error'>): HeardMonitor {
  const check: Check = { monitor: monitor.id, status: null, ...said }
  // It may take more runs to be up again than to be down.
  const confirmations = monitor.state === 'down' ? (monitor.beat?.recovery ?? 1) : monitor.confirmations
  const next = nextMonitor({ ...monitor, confirmations }, check)
  return { monitor: { ...next.monitor, confirmations: monitor.confirmations }, check }
}

function beatAfter(known: Beat | null, { beat: said, at }: CheckIn): Beat {
  const before: Beat = known ?? {
    ...{ cron: null, everyMs: null, marginMs: usual.marginMs, maxRunMs: usual.maxRunMs, recovery: usual.recovery },
    ...{ dueAt: null, running: null, heardAt: at },
  }
  if (!said) return before
  return {
    ...before,
    ...{ cron: said.cron, everyMs: said.everyMs },
    marginMs: said.marginMs ?? usual.marginMs,
    maxRunMs: said.maxRunMs ?? usual.maxRunMs,
    recovery: said.recovery ?? usual.recovery,
  }
}

function dueAfter({ cron, everyMs }: Beat, at: string, nextTick: NextTick): string | null {
  if (cron) return nextTick(cron, at)
  return everyMs === null ? null : instantOf(instantMs(at) + everyMs)
}

const newMonitor = ({ project, environment, name }: CheckIn, id: string): Monitor => ({
  ...{ id, project, environment, service: null, name, type: checkInType, target: '', everyMs: 0, timeoutMs: 0 },
  ...{ confirmations: usual.confirmations, state: 'unknown', since: null, streak: 0, last: null },
})

function beatInWords({ cron, everyMs }: Beat): string {
  if (cron) return `${cron.expression} (${cron.timezone})`
  return everyMs === null ? 'at no set time' : `every ${inWords(everyMs)}`
}

/** The largest unit it is whole in. */
function inWords(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const)
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit}`
  return `${Math.round(ms / 1_000)} s`
}
