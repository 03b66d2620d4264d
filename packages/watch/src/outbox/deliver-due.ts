import { nextAttemptMs, type OutboxRow, type OutboxStore, type SendOutcome } from '@gantry/core'
import type { ChannelConfig } from '@gantry/core/config'
import { type ChannelEnv, MissingSetting } from '../channels/define-channel.ts'
import { requestFor } from './request-for.ts'
import { send } from './send.ts'

export interface DeliverParts {
  outbox: OutboxStore
  /** Channels of the project's routes, by name. */
  channelOf(name: string): ChannelConfig | null
  env: ChannelEnv
  fetch: typeof fetch
  now(): Date
  timeoutMs?: number
  /** Told of each row that was tried. */
  onTried?(row: OutboxRow, outcome: SendOutcome): Promise<void>
}

const atOnce = 20
const defaultTimeoutMs = 10_000

/**
 * Sends what is due and notes what became of it. At least once: what was sent and not noted before a crash goes out
 * again with the same dedup key. Within one incident and channel the order is kept: a resolve never overtakes its
 * trigger. Answers how many rows were tried.
 */
export async function deliverDue(parts: DeliverParts): Promise<number> {
  const timeoutMs = parts.timeoutMs ?? defaultTimeoutMs
  const rows = await parts.outbox.claim(parts.now().toISOString(), timeoutMs * 2 + 5_000, atOnce)
  const lanes = Map.groupBy(rows, row => `${row.channel}\n${row.notice.dedupKey}`)
  await Promise.all([...lanes.values()].map(lane => deliverInOrder(lane, parts, timeoutMs)))
  return rows.length
}

async function deliverInOrder(lane: OutboxRow[], parts: DeliverParts, timeoutMs: number): Promise<void> {
  let blockedUntil: string | null = null
  for (const row of lane) {
    if (blockedUntil) {
      await parts.outbox.failed(row.id, { error: 'waits for the notice before it', nextAt: blockedUntil })
      continue
    }
    const outcome = await tried(row, parts, timeoutMs)
    blockedUntil = await noted(row, outcome ?? { kind: 'sent' }, parts)
    if (outcome) await parts.onTried?.(row, outcome)
  }
}

/** Null when the channel has no use for that kind of notice: nothing was sent, and nobody is to be told it was. */
async function tried(
  row: OutboxRow,
  { channelOf, env, fetch }: DeliverParts,
  timeoutMs: number,
): Promise<SendOutcome | null> {
  try {
    const config = channelOf(row.channel)
    if (!config) return { kind: 'refused', error: `no route names the channel ${row.channel} any more` }
    const request = requestFor(row.notice, config, env)
    return request && (await send(request, { key: row.id, timeoutMs, fetch }))
  } catch (cause) {
    if (cause instanceof MissingSetting) return { kind: 'refused', error: cause.message }
    return { kind: 'refused', error: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** Answers until when the lane is blocked: null when the next notice may go out now. */
async function noted(row: OutboxRow, outcome: SendOutcome, { outbox, now }: DeliverParts): Promise<string | null> {
  if (outcome.kind === 'sent') {
    await outbox.sent(row.id, now().toISOString())
    return null
  }
  const pauseMs = nextAttemptMs(row.attempts + 1, outcome)
  const nextAt = pauseMs === null ? null : new Date(now().getTime() + pauseMs).toISOString()
  await outbox.failed(row.id, { error: outcome.error, nextAt })
  return nextAt
}
