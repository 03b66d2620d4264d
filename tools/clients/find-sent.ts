import type { EventReport, EventView, Issue, KeptItem, SessionHealthView } from '@gantry/core/api'
import type { Client, Feature, Outcome } from './clients.ts'

export type AskProject = <T>(path: string) => Promise<T>

/** What of it the server shows by now. */
export async function findSent({ alias }: Client, did: readonly string[], ask: AskProject) {
  const sent = await eventsOf(alias, ask)
  const errors = sent.filter(({ text }) => text.includes('order'))
  const messages = sent.filter(({ text }) => text.includes('stock is low'))
  const reports = await reportsOf(errors.length > 0 ? errors : messages, ask)
  const has = (title: string, name: string) =>
    reports.every(({ details }) =>
      details?.sections.some(section => section.title === title && section.facts.some(fact => fact.name === name)),
    ) && reports.length > 0
  const items = (await ask<{ items: KeptItem[] }>('/items?limit=1000')).items
  const kept = (kind: KeptItem['kind'], is: (item: KeptItem) => boolean) =>
    items.some(item => item.kind === kind && is(item))
  const { releases } = await ask<SessionHealthView>('/session-health')
  const { lines } = await ask<{ lines: unknown[] }>(`/logs?q=${encodeURIComponent(`"${alias}"`)}&histogram=false`)
  const found: Record<Feature, boolean> = {
    error: errors.length > 0,
    grouped: errors.length === 2 && new Set(errors.map(({ issue }) => issue)).size === 1,
    message: messages.length === 1,
    causes: reports.some(({ event }) => event.exceptions.length > 1),
    person: reports.every(({ event }) => event.user !== null && event.tags['client'] === alias) && reports.length > 0,
    extra: has('extra', 'cart') || has('extra', 'password'),
    trail: reports.some(({ event, details }) =>
      event.breadcrumbs.some((crumb, index) => crumb.category === 'cart' && details?.trail[index] != null),
    ),
    attachment: kept('attachment', ({ name }) => name === `${alias}.txt`),
    feedback: kept('feedback', ({ facts }) => String(facts['message']).includes(alias)),
    trace: [...items].some(({ kind, name }) => /^(?:span|transaction)$/.test(kind) && name?.includes(alias)),
    sessions: releases.some(({ release, sessions }) => release === `${alias}@1` && sessions > 0),
    'check-in': kept('check-in', ({ name }) => name === alias),
    logs: lines.length > 0,
  }
  return Object.fromEntries(
    Object.entries(found).map(([feature, isFound]): [string, Outcome] => {
      const wasTried = did.includes(feature) || (feature === 'grouped' && did.includes('error'))
      return [feature, wasTried ? (isFound ? 'shown' : 'lost') : 'none']
    }),
  ) as Record<Feature, Outcome>
}

interface SentEvent {
  id: string
  issue: number
  text: string
}

/** All clients run the same lines, so that theirs are events of the same issues. */
async function eventsOf(alias: string, ask: AskProject): Promise<SentEvent[]> {
  const { issues } = await ask<{ issues: Issue[] }>('/issues?limit=1000')
  const events = await Promise.all(
    issues.map(async ({ number }) => {
      const found = await ask<{ events: EventView[] }>(`/issues/${number}/events?limit=100`)
      return found.events.map(event => ({ event, issue: number }))
    }),
  )
  return events.flat().flatMap(({ event, issue }) => {
    const text = [event.message, ...event.exceptions.map(({ value }) => value)].join(' ')
    return event.tags['client'] === alias || text.includes(`${alias} `) || text.endsWith(alias)
      ? [{ id: event.id, issue, text }]
      : []
  })
}

/** What the payload holds of a secret is lost, too: it should not be there. */
async function reportsOf(events: readonly SentEvent[], ask: AskProject): Promise<EventReport[]> {
  const reports = await Promise.all(events.map(({ id }) => ask<EventReport>(`/events/${id}`)))
  const payloads = await Promise.all(events.map(({ id }) => ask<object>(`/events/${id}/payload`)))
  if (JSON.stringify([reports, payloads]).includes('hunter2')) throw new Error('a password was stored')
  return reports
}
