import { isNotSetUp, type Notice, type OutboxRow, type SendOutcome, type Store } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { createCourier } from '@gantry/watch'
import type { IncidentDesk } from './incident-desk.ts'
import { terminalPager } from './say-page.ts'
import { startTicker, type Ticker } from './ticker.ts'

const lookEveryMs = 500

export interface PagerParts {
  project: string
  store: Pick<Store, 'outbox'>
  config(): Promise<Config | null>
  incidents: IncidentDesk
  env: Record<string, string>
  /** Prints where a person may see it, for channels that are not set up. */
  say(text: string): void
  now(): Date
  onError(cause: unknown): void
}

/** Sends what waits in the outbox, and writes into the incident what arrived and what did not. */
export function startPager(parts: PagerParts): Ticker {
  const tellHere = terminalPager(parts.say)
  const courier = createCourier({
    outbox: {
      ...parts.store.outbox,
      claim: (at, leaseMs, limit) => parts.store.outbox.claim(at, leaseMs, limit, parts.project),
    },
    channelOf: async name => {
      const config = await parts.config()
      return config?.routes.flatMap(({ to }) => to).find(channel => channel.name === name) ?? null
    },
    env: parts.env,
    fetch,
    now: parts.now,
    onTried: (row, outcome) => told(row, outcome, parts, tellHere),
    onError: parts.onError,
  })
  const ticker = startTicker(lookEveryMs, courier.look, parts.onError)
  return {
    nudge: ticker.nudge,
    async stop() {
      await ticker.stop()
      await courier.stop()
    },
  }
}

/** The first failure is worth a line, the many after it are not. */
async function told(
  { notice, channel, project, attempts }: OutboxRow,
  outcome: SendOutcome,
  { incidents, now }: PagerParts,
  tellHere: (notice: Notice) => void,
): Promise<void> {
  const isSaidHere = outcome.kind === 'refused' && isNotSetUp({ state: 'dead', lastError: outcome.error })
  if (isSaidHere) tellHere(notice)
  if (notice.incident === null) return
  const at = now().toISOString()
  if (outcome.kind === 'sent') {
    const text = `${channel} took the notice “${notice.kind}”${attempts > 0 ? ` at attempt ${attempts + 1}` : ''}`
    return incidents.entry(project, notice.incident, { at, kind: 'paged', actor: 'gantry', text, link: null })
  }
  if (outcome.kind === 'failed' && attempts > 0) return
  const after =
    outcome.kind === 'failed' ? '; trying again' : isSaidHere ? "; said on the server's terminal instead" : ''
  const text = `${channel} did not take the notice “${notice.kind}”: ${outcome.error}${after}`
  return incidents.entry(project, notice.incident, { at, kind: 'page-failed', actor: 'gantry', text, link: null })
}
