import { hash } from 'node:crypto'
import {
  type GroupedEvent,
  type GroupingRule,
  groupEvent,
  keyOfVersionOne,
  type Project,
  RecentKeys,
  type ReportedEvent,
  type Store,
} from '@gantry/core'
import type { MapEvent } from '../issue/bundle-maps.ts'
import type { ProjectLive } from '../live/project-live.ts'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'

/** Events that may wait for their write; above that a client is asked to wait. */
const capacity = 5_000
/** Large events are few events: those that wait may not take the memory of hundreds of thousands. */
const capacityBytes = 64 * 1024 * 1024

const keysKept = 20_000

function withKeys({ event, payload }: ReportedEvent, rules: readonly GroupingRule[], met: RecentKeys): GroupedEvent {
  const grouped = groupEvent(event, rules)
  const { key, because } = grouped.grouping
  const keyHash = hash('sha256', key)
  // What a rule takes out of an issue, an older key would put back.
  const isKnown = met.has(keyHash) || because.some(part => part.startsWith('rule '))
  return { event, payload, ...grouped, keyHash, formerKey: isKnown ? null : keyOfVersionOne(event) }
}

/** Groups events and hands them to the store; the promise of `add` is the acknowledgement. */
export function createEventIntake(parts: {
  store: Pick<Store, 'issues'>
  live: ProjectLive
  project: { current(): Promise<Pick<Project, 'config'>> }
  /** Reads the stacks of bundles by their maps, before anything is grouped. */
  mapped: MapEvent
  /** Errors are traffic: where some were stored. */
  onTraffic(environments: Iterable<string>): void
  /** An issue is new, came back, or is silent no longer. */
  onTurn(): void
}): CommitQueue<ReportedEvent> {
  const changed = new Set<number>()
  /** Hashes of keys whose issues this process has seen saved: an older key need not be made for them. */
  const met = new RecentKeys(keysKept)
  // What one batch stored answers in one go: each of its issues is told once.
  const tellSoon = (number: number) => {
    if (changed.size === 0)
      setImmediate(() => {
        for (const number of changed) parts.live.tell({ topic: 'issue', key: String(number) })
        changed.clear()
      })
    changed.add(number)
  }
  return createCommitQueue<ReportedEvent>({
    capacity,
    capacityBytes,
    async write(received) {
      const events = await Promise.all(
        received.map(async ({ event, payload, debugIds }) => ({ payload, event: await parts.mapped(event, debugIds) })),
      )
      const rules = (await parts.project.current()).config?.grouping ?? []
      const environments = new Set(events.map(({ event }) => event.environment))
      const given = events.map(reported => withKeys(reported, rules, met))
      const stored = await parts.store.issues.record(given)
      for (const { keyHash } of given) met.add(keyHash)
      for (const { isDuplicate, issueNumber } of stored) if (!isDuplicate) tellSoon(issueNumber)
      parts.onTraffic(environments)
      if (stored.some(({ isNewIssue, isRegression, isWoken }) => isNewIssue || isRegression || isWoken)) parts.onTurn()
    },
  })
}
