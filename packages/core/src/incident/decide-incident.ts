import type { Alert } from '../alert/alert.ts'
import type { RouteConfig } from '../config/config.ts'
import { type EnvChange, envChangesInWords } from '../env/fingerprint.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Notice } from '../notice/notice.ts'
import { shortSha } from '../words/short-sha.ts'
import { type Fault, type FaultShown, faultOf, signOf } from './fault.ts'
import type { Incident, IncidentEntry, IncidentSign, Runbook } from './incident.ts'
import { moveIncident } from './incident-machine.ts'
import type { IncidentChange } from './incident-store.ts'
import { placeFault } from './place-fault.ts'

/** What may change or end an incident that is there. */
export type IncidentEvent =
  | { kind: 'alert-resolved'; alert: Alert }
  /** `why`: what became of the rule. */
  | { kind: 'alert-withdrawn'; alert: Alert; why: string }
  | RollbackEnd
  | { kind: 'acknowledge'; by: string; reason: string | null }
  | { kind: 'resolve'; by: string; reason: string | null }

/** How a rollback ended, for the incidents of its environment. `isSuspect`: it took away what the incident is laid to. */
export type RollbackEnd =
  | { kind: 'rolled-back'; to: string; tookMs: number; notBack: readonly EnvChange[]; isSuspect: boolean }
  | { kind: 'not-rolled-back'; release: string; why: string; isSuspect: boolean }

export interface IncidentFacts {
  now: string
  runbooks: Runbook[]
  routes: RouteConfig[]
  /** Address of this Gantry, without a slash at the end. */
  url: string
  /** Variables and secrets that came with the release it is laid to, or went with it. */
  broughtEnv?: readonly EnvChange[]
}

/**
 * What a fault makes of the incidents of its environment; null when it is known already. A cause nobody was told of
 * pages; a further sign of one that people were paged for is told, and pages nobody.
 * @param recent incidents of its environment that are open or were resolved lately, newest first
 * @param number the number a new incident gets
 */
export function decideFault(
  shown: FaultShown,
  facts: IncidentFacts & { recent: Incident[]; number: number },
): IncidentChange | null {
  const { now, recent, number } = facts
  const fault = faultOf(shown)
  const happened = { at: now, actor: 'gantry', ...fault.entry }
  const place = placeFault(fault, recent, now)
  switch (place.kind) {
    case 'known':
      return null
    case 'again':
      return { incident: withSign(place.incident, fault, now), entries: [happened], notices: [] }
    case 'further-sign': {
      const incident = withSign(place.incident, fault, now)
      const runbook = incident.runbook ?? runbookFor(fault, facts.runbooks)
      const notices = noticesOf('further-sign', { ...incident, title: fault.title }, null, facts)
      return { incident: { ...incident, runbook }, entries: [happened], notices }
    }
    case 'reopens': {
      const open = moveIncident(withSign(place.incident, fault, now), 'open', { actor: 'gantry', now })
      const back = entry(facts, 'reopened', 'gantry', 'came back within 15 minutes', null)
      const act = actOf('incident.reopened', open, { actor: 'gantry', at: now, reason: fault.title })
      return { incident: open, entries: [back, happened], notices: noticesOf('reopened', open, null, facts), act }
    }
    case 'opens': {
      const incident = opened(fault, number, facts)
      const first = entry(facts, 'opened', 'gantry', incident.title, fault.entry.link)
      const act = actOf('incident.opened', incident, { actor: 'gantry', at: now, reason: incident.title })
      const entries = [first, happened, ...envEntries(incident, facts)]
      return { incident, entries, notices: noticesOf('opened', incident, null, facts), act }
    }
  }
}

/**
 * What becomes of an incident, with its timeline entries and the notices that go out; null when nothing changes.
 * @throws GantryError ILLEGAL_TRANSITION
 */
export function decideIncident(event: IncidentEvent, existing: Incident, facts: IncidentFacts): IncidentChange | null {
  if (event.kind === 'acknowledge') return decided('acknowledged', event, existing, facts)
  if (event.kind === 'resolve') return decided('resolved', event, existing, facts)
  if (existing.state === 'resolved') return null
  switch (event.kind) {
    case 'alert-resolved':
      return noted(existing, entry(facts, 'alert-resolved', 'gantry', `alert ${event.alert.rule} resolved`, null))
    case 'alert-withdrawn': {
      const text = `nothing watches alert ${event.alert.rule} any more: ${event.why}; resolve this incident when it is over`
      return noted(existing, entry(facts, 'alert-resolved', 'gantry', text, null))
    }
    case 'rolled-back': {
      const took = (event.tookMs / 1000).toFixed(1)
      const text = `rolled back to ${shortSha(event.to)} in ${took} s; promotions are held${notBackText(event.notBack)}`
      return rollbackEnded(event, text, `/releases/${event.to}`, existing, facts)
    }
    case 'not-rolled-back': {
      const text = `${shortSha(event.release)} was not rolled back: ${event.why}`
      return rollbackEnded(event, text, `/releases/${event.release}`, existing, facts)
    }
  }
}

/** A cause that no commit shows. */
const envEntries = ({ release }: Incident, facts: IncidentFacts): IncidentChange['entries'] =>
  release === null || !facts.broughtEnv?.length
    ? []
    : [
        entry(
          facts,
          'note',
          'gantry',
          `with ${shortSha(release)} variables changed: ${envChangesInWords(facts.broughtEnv)}`,
          `/releases/${release}`,
        ),
      ]

/** One sign for each rule and service, in the order they came: what fires and ends all night adds nothing to the row. */
function withSign(incident: Incident, fault: Fault, now: string): Incident {
  const { signs = [] } = incident
  const sign = signOf(fault, now)
  const isSame = ({ rule, service }: IncidentSign) => rule === sign.rule && service === sign.service
  if (!signs.some(isSame)) return { ...incident, signs: [...signs, sign] }
  return { ...incident, signs: signs.map(one => (isSame(one) ? { ...one, of: sign.of } : one)) }
}

function opened(fault: Fault, number: number, { now, runbooks }: IncidentFacts): Incident {
  const { project, environment, service, rule, suspect, severity } = fault
  return {
    ...{ number, project, environment, service, severity },
    key: [environment, rule, service ?? '*', suspect ?? '*', severity].join('/'),
    state: 'open',
    title: fault.title.slice(0, 300),
    release: suspect,
    runbook: runbookFor(fault, runbooks),
    openedAt: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    signs: [signOf(fault, now)],
    ticked: [],
    version: 1,
  }
}

function runbookFor({ runbookFor: names }: Fault, runbooks: Runbook[]): string | null {
  const named = runbooks.find(({ alerts }) => alerts.some(rule => names.includes(rule)))
  return (named ?? runbooks.find(({ slug }) => names.includes(slug)))?.slug ?? null
}

const noted = (incident: Incident, happened: IncidentChange['entries'][number]): IncidentChange => ({
  incident,
  entries: [happened],
  notices: [],
})

/** Every incident of the environment has it in its timeline; who was paged for that release is told. */
function rollbackEnded(
  { kind, isSuspect }: RollbackEnd,
  text: string,
  link: string,
  incident: Incident,
  facts: IncidentFacts,
): IncidentChange {
  const happened = entry(facts, 'rollback', 'gantry', text, link)
  return { incident, entries: [happened], notices: isSuspect ? noticesOf(kind, incident, 'gantry', facts) : [] }
}

function decided(
  to: 'acknowledged' | 'resolved',
  { by, reason }: { by: string; reason: string | null },
  existing: Incident,
  facts: IncidentFacts,
): IncidentChange {
  const incident = moveIncident(existing, to, { actor: by, now: facts.now })
  const text = `${to === 'acknowledged' ? 'acknowledged it' : 'resolved it'}${reason ? `: ${reason}` : ''}`
  const act = actOf(`incident.${to}`, incident, { actor: by, at: facts.now, reason })
  return { incident, entries: [entry(facts, to, by, text, null)], notices: noticesOf(to, incident, by, facts), act }
}

/** Nobody may take a variable for gone back that is not. */
const notBackText = (changes: readonly EnvChange[]): string =>
  changes.length === 0 ? '' : `; not as it was then: ${envChangesInWords(changes)}`

/** Its row in the ledger: figures of delivery are counted from it. */
const actOf = (
  action: LedgerEntry['action'],
  { project, number, environment, service, release, severity }: Incident,
  said: Pick<LedgerEntry, 'actor' | 'at' | 'reason'>,
): LedgerEntry => ({
  ...{ project, action, subject: `incident ${number}` },
  ...said,
  evidence: { incident: number, environment, service, release, severity },
})

function entry(
  { now: at }: IncidentFacts,
  kind: IncidentEntry['kind'],
  actor: string,
  text: string,
  link: string | null,
): Omit<IncidentEntry, 'id'> {
  return { at, kind, actor, text, link }
}

function noticesOf(
  kind: Notice['kind'],
  incident: Incident,
  by: string | null,
  { routes, now, url }: IncidentFacts,
): IncidentChange['notices'] {
  const { project, number, severity, title, environment, service, release, runbook } = incident
  const notice: Notice = {
    kind,
    dedupKey: `gantry-${project}-incident-${number}`,
    project,
    severity,
    title,
    environment,
    service,
    release,
    incident: number,
    at: now,
    url: `${url}/incidents/${number}`,
    runbookUrl: runbook ? `${url}/runbooks/${runbook}` : null,
    by,
  }
  return channelsFor(severity, routes).map(channel => ({ channel, notice }))
}

/** The first route for that severity, else the first for any. */
export function channelsFor(severity: Incident['severity'], routes: RouteConfig[]): string[] {
  const route = routes.find(one => one.severity === severity) ?? routes.find(one => one.severity === undefined)
  return route?.to.map(({ name }) => name) ?? []
}
