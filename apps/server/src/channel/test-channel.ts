import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError, type Notice, type OutboxRow, type OutboxStore } from '@gantry/core'
import type { ToldView } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'

export interface ChannelTestParts {
  project: string
  config: Config | null
  outbox: Pick<OutboxStore, 'add' | 'ofKey'>
  /** Tells the pager that something waits. */
  nudge(): void
  url: string
  by: string
  newId(): string
  now(): Date
  waitMs?: number
}

const lookEveryMs = 100

/**
 * Sends a notice the way all notices go: through the outbox, by the pager, with its retries. Answers what became of it,
 * or how it stands when that takes longer.
 * @throws GantryError NOT_FOUND for a channel that no route names
 */
export async function testChannel(channel: string, parts: ChannelTestParts): Promise<ToldView> {
  const { project, config, outbox, waitMs = 10_000 } = parts
  const known = config?.routes.flatMap(({ to }) => to) ?? []
  if (!known.some(({ name }) => name === channel))
    throw new GantryError('NOT_FOUND', `no route of gantry.config.ts names the channel ${channel}`)
  const notice = testNotice(parts)
  await outbox.add([{ project, channel, notice }])
  parts.nudge()
  const deadline = Date.now() + waitMs
  for (;;) {
    const [row] = await outbox.ofKey(project, notice.dedupKey)
    if (!row) return unneeded(notice)
    // One that failed is tried again later: what it said the first time is worth hearing now.
    if (row.state !== 'pending' || row.attempts > 0 || Date.now() > deadline) return toldView(row)
    await sleep(lookEveryMs)
  }
}

export const toldView = ({ notice, state, attempts, lastError, createdAt, sentAt }: OutboxRow): ToldView => ({
  kind: notice.kind,
  state,
  attempts,
  lastError,
  createdAt,
  sentAt,
})

const unneeded = ({ kind, at }: Notice): ToldView => ({
  kind,
  state: 'unneeded',
  attempts: 0,
  lastError: null,
  createdAt: at,
  sentAt: null,
})

const testNotice = ({ project, url, by, newId, now }: ChannelTestParts): Notice => ({
  kind: 'test',
  dedupKey: `gantry-${project}-test-${newId()}`,
  project,
  severity: 'info',
  title: `a test of this channel, sent by ${by}`,
  environment: 'none',
  service: null,
  release: null,
  incident: null,
  at: now().toISOString(),
  url,
  runbookUrl: null,
  by,
})
