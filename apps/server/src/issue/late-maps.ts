import { type ErrorEvent, type GroupedEvent, type GroupingRule, groupEvent, type Issue, type Store } from '@gantry/core'
import { debugIdsIn, hasBundles } from '@gantry/ingest'
import type { ProjectLive } from '../live/project-live.ts'
import type { MapEvent } from './bundle-maps.ts'

export interface LateMapParts {
  project: string
  store: Pick<Store, 'issues' | 'issueLife'>
  live: ProjectLive
  mapped: MapEvent
  rules(): Promise<readonly GroupingRule[]>
  now(): Date
}

/** Newest first: what waited longer than these is seldom looked at again. */
const mostIssues = 200
/** Of each issue: when they agree on what the fault is, the others do. */
const asked = 5

type Regrouped = Pick<GroupedEvent, 'grouping' | 'title' | 'culprit'>

/**
 * Gives issues that came before their maps the name and key of the source they are about, so that what comes now joins them; one whose
 * key is known already becomes part of that issue. Events of one minified frame may be of several faults: such an issue stays as it
 * is, and so does what people put together or took apart. Answers the numbers of the issues that changed.
 */
export async function applyLateMaps(release: string | null, parts: LateMapParts): Promise<number[]> {
  const { project, store, live, now } = parts
  const { issues } = await store.issues.list(project, { limit: mostIssues, ...(release !== null && { release }) })
  const changed: number[] = []
  for (const issue of issues) {
    const named = await agreedOn(issue, parts)
    if (named === null) continue
    const into = await store.issueLife.nameByKey(project, issue.id, named)
    if (into !== issue.id) {
      if (issue.parts > 1 || (await store.issueLife.areParted(project, into, issue.id))) continue
      const who = { by: null, at: now().toISOString(), text: 'their source maps say that they are one fault' }
      await store.issueLife.merge(project, into, [issue.id], who)
    }
    changed.push(issue.number)
    live.tell({ topic: 'issue', key: String(issue.number) })
  }
  return changed
}

/** What its newest events are, by their maps; null when a map is missing still, or they are several faults. */
async function agreedOn(
  issue: Issue,
  { project, store, rules: ask, ...parts }: LateMapParts,
): Promise<Regrouped | null> {
  const { events } = await store.issues.events(project, issue.id, { limit: asked, offset: 0 })
  if (events.length === 0 || !events.every(hasBundles)) return null
  const rules = await ask()
  const found = new Map<string, Regrouped>()
  for (const event of events) {
    const mapped = await readLate(event, { project, store, ...parts })
    if (mapped === event) return null
    const regrouped = groupEvent(mapped, rules)
    found.set(regrouped.grouping.key, regrouped)
  }
  const [only, ...others] = found.values()
  return only && others.length === 0 && only.grouping.key !== issue.grouping.key ? only : null
}

/** An event as maps say that came after it; the same where they say nothing new. */
export async function readLate(
  event: ErrorEvent,
  { project, store, mapped }: { project: string; store: Pick<Store, 'issues'>; mapped: MapEvent },
): Promise<ErrorEvent> {
  if (!hasBundles(event)) return event
  const payload = await store.issues.payload(project, event.id)
  const now = await mapped(event, (payload && debugIdsIn(payload)) ?? undefined)
  const isNew = now.exceptions.some(({ frames }, at) =>
    frames.some((frame, place) => frame !== event.exceptions[at]?.frames[place]),
  )
  return isNew ? now : event
}
