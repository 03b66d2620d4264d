import { isNotSetUp, type Notice, type OutboxRow, type SendOutcome, type Store } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { createCourier, type Timers } from '@gantry/watch'
import { type DueWork, startDueWork } from './due-work.ts'
import type { IncidentDesk } from './incident-desk.ts'
import { terminalPager } from './say-page.ts'

/** Receivers that hang leave no room for what is due: it is looked for again, and no more often than this. */
const paceMs = 250

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
  timers?: Timers
}

/**
 * Sends what waits in the outbox, and writes into the incident what arrived and what did not. It looks when it is told that
 * something waits, and when the next try of what did not arrive is due.
 */
export function startPager(parts: PagerParts): DueWork {
  const { project, now, onError, timers } = parts
  const { outbox } = parts.store
  const tellHere = terminalPager(parts.say)
  const courier = createCourier({
    outbox: { ...outbox, claim: (at, leaseMs, limit) => outbox.claim(at, leaseMs, limit, project) },
    channelOf: async name => {
      const config = await parts.config()
      return config?.routes.flatMap(({ to }) => to).find(channel => channel.name === name) ?? null
    },
    env: parts.env,
    fetch,
    now,
    onTried: (row, outcome) => told(row, outcome, parts, tellHere),
    onNoted: () => due.nudge(),
    onError,
  })
  const due = startDueWork({
    async work() {
      await courier.look()
      const at = await outbox.nextDue(project)
      return at === null ? null : new Date(at)
    },
    ...{ paceMs, now, onError },
    ...(timers && { timers }),
  })
  due.nudge()
  return {
    nudge: due.nudge,
    async stop() {
      await due.stop()
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
