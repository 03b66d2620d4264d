import { type ForwardStore, freshForward, pausedUntil } from '@gantry/core'
import type { ForwardView } from '@gantry/core/api'
import type { ForwardConfig } from '@gantry/core/config'

const hours = 24

/** How it stands with each forward of a config, and what became of what was sent within a day. */
export async function viewForwards(
  project: string,
  forwards: Readonly<Record<string, ForwardConfig>>,
  store: Pick<ForwardStore, 'states' | 'waiting' | 'counts'>,
  now: Date,
): Promise<ForwardView[]> {
  const from = new Date(now.getTime() - hours * 3_600_000).toISOString()
  const states = new Map((await store.states(project)).map(({ forward, state }) => [forward, state]))
  const waiting = new Map((await store.waiting(project)).map(({ forward, ...rest }) => [forward, rest]))
  const counts = Map.groupBy(await store.counts(project, from), ({ forward }) => forward)
  return Object.entries(forwards).map(([name, { to, asReceived = false }]) => {
    const state = states.get(name) ?? freshForward
    const { failures, lastSentAt, lastError, lastErrorAt } = state
    const own = counts.get(name) ?? []
    return {
      ...{ name, to, asReceived, failures, lastSentAt, lastError, lastErrorAt },
      pausedUntil: pausedUntil(state, now.toISOString()),
      waiting: waiting.get(name) ?? { quantity: 0, bytes: 0, oldestAt: null },
      sent: own.reduce((sum, { outcome, quantity }) => sum + (outcome === 'sent' ? quantity : 0), 0),
      dropped: own.flatMap(({ outcome, reason, quantity }) =>
        outcome === 'dropped' && reason !== '' ? [{ reason, quantity }] : [],
      ),
    }
  })
}
