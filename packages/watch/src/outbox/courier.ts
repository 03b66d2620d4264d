import { nextAttemptMs, type OutboxRow, type OutboxStore, type SendOutcome } from '@gantry/core'
import type { ChannelConfig } from '@gantry/core/config'
import { type ChannelEnv, MissingSetting } from '../channels/define-channel.ts'
import { requestFor } from './request-for.ts'
import { send } from './send.ts'

export interface CourierParts {
  outbox: OutboxStore
  /** Channels of the project's routes, by name. */
  channelOf(name: string): Promise<ChannelConfig | null>
  env: ChannelEnv
  fetch: typeof fetch
  now(): Date
  timeoutMs?: number
  /** Told of each row that was tried, before that is noted: a crash in between tells it twice rather than never. */
  onTried?(row: OutboxRow, outcome: SendOutcome): Promise<void>
  /** Something else may be due, or later. */
  onNoted?(): void
  /** The outbox could not be read or written. What was on its way is due again when its lease ends. */
  onError(cause: unknown): void
}

/**
 * Sends what is due and notes what became of it. At least once: what was sent and not noted before a crash goes out
 * again with the same dedup key. Each row has a lease of its own, which outlives one request whatever came before it.
 */
export interface Courier {
  /** Takes what is due and begins to send it; answers when it is taken: a receiver that hangs holds up no other. */
  look(): Promise<void>
  /** Answers when nothing is due and nothing is on its way. */
  idle(): Promise<void>
  /** Takes nothing more, and answers when nothing is on its way. */
  stop(): Promise<void>
}

const atOnce = 20
const defaultTimeoutMs = 10_000

export function createCourier(parts: CourierParts): Courier {
  const timeoutMs = parts.timeoutMs ?? defaultTimeoutMs
  const onTheWay = new Set<Promise<void>>()
  let turn: Promise<void> = Promise.resolve()
  let isStopped = false
  /** One after the other, so that together they take no more than there is room for. */
  const look = (): Promise<void> => {
    turn = turn.then(take).catch(parts.onError)
    return turn
  }
  const take = async (): Promise<void> => {
    const room = atOnce - onTheWay.size
    if (isStopped || room === 0) return
    const rows = await parts.outbox.claim(parts.now().toISOString(), leaseMs(timeoutMs), room)
    for (const row of rows) begin(row)
  }
  const begin = (row: OutboxRow): void => {
    const trip: Promise<void> = deliver(row, parts, timeoutMs)
      .catch(parts.onError)
      .then(() => {
        onTheWay.delete(trip)
        // The notice that waited for this one may be due now.
        void look()
      })
    onTheWay.add(trip)
  }
  const idle = async (): Promise<void> => {
    for (await turn; onTheWay.size > 0; await turn) await Promise.all(onTheWay)
  }
  return {
    look,
    idle,
    stop() {
      isStopped = true
      return idle()
    },
  }
}

/** One request, and time to note what became of it. */
const leaseMs = (timeoutMs: number): number => timeoutMs + 15_000

async function deliver(row: OutboxRow, parts: CourierParts, timeoutMs: number): Promise<void> {
  const outcome = await tried(row, parts, timeoutMs)
  if (!outcome) return parts.outbox.unneeded(row.id)
  await parts.onTried?.(row, outcome)
  await noted(row, outcome, parts)
  parts.onNoted?.()
}

/** Null when the channel has no use for that kind of notice: nothing was sent, and nobody is to be told it was. */
async function tried(row: OutboxRow, parts: CourierParts, timeoutMs: number): Promise<SendOutcome | null> {
  const config = await parts.channelOf(row.channel)
  if (!config) return { kind: 'refused', error: `no route names the channel ${row.channel} any more` }
  try {
    const request = await requestFor(row.notice, config, parts.env)
    return request && (await send(request, { key: row.id, timeoutMs, fetch: parts.fetch, now: parts.now }))
  } catch (cause) {
    if (cause instanceof MissingSetting) return { kind: 'refused', error: cause.message }
    return { kind: 'refused', error: cause instanceof Error ? cause.message : String(cause) }
  }
}

async function noted(row: OutboxRow, outcome: SendOutcome, { outbox, now }: CourierParts): Promise<void> {
  if (outcome.kind === 'sent') return outbox.sent(row.id, now().toISOString())
  const pauseMs = nextAttemptMs(row.attempts + 1, outcome)
  const nextAt = pauseMs === null ? null : new Date(now().getTime() + pauseMs).toISOString()
  await outbox.failed(row.id, { error: outcome.error, nextAt })
}
