import {
  type Alert,
  decideFault,
  decideIncident,
  type EnvChange,
  type Fault,
  type FaultShown,
  faultOf,
  GantryError,
  type Incident,
  type IncidentChange,
  type IncidentEntry,
  type IncidentEvent,
  type IncidentFacts,
  isWithinQuietPeriod,
  type Project,
  placeFault,
  type Runbook,
  runbookSteps,
  type Store,
} from '@gantry/core'
import type { ProjectLive } from '../live/project-live.ts'
import { broughtEnv } from '../release/env-changes.ts'

export interface IncidentDeskParts {
  project(): Promise<Project>
  runbooks(): Promise<Runbook[]>
  store: Pick<Store, 'incidents' | 'deployments'>
  live: ProjectLive
  now(): Date
  /** Address of the project's screens. */
  pages(): string
  /** Something waits in the outbox. */
  onNotices(): void
}

/** More than are open in the worst night. */
const lookedAt = 500

export interface RollbackSpan {
  project: string
  environment: string
  since: string
  endedAt: string
}

/** `release` is what the rollback takes away. */
export type UnplacedEnd =
  | { kind: 'rolled-back'; release: string; to: string; tookMs: number; notBack: readonly EnvChange[] }
  | { kind: 'not-rolled-back'; release: string; why: string }

/** Where incidents are opened, joined, acknowledged and resolved: one change after the other. */
export class IncidentDesk {
  readonly #parts: IncidentDeskParts
  #tail: Promise<unknown> = Promise.resolve()

  constructor(parts: IncidentDeskParts) {
    this.#parts = parts
  }

  /** What shows that something is wrong: the incident it belongs to, opened when it is a cause nobody was told of. */
  show(shown: FaultShown): Promise<Incident> {
    return this.#inTurn(async () => {
      const { store } = this.#parts
      const { project, environment } = faultOf(shown)
      const facts = await this.#facts()
      const recent = await this.#recent(project, environment, facts.now)
      const place = placeFault(faultOf(shown), recent, facts.now)
      const number = place.kind === 'opens' ? await store.incidents.nextNumber(project) : place.incident.number
      const broughtEnv = place.kind === 'opens' ? await this.#broughtEnv(faultOf(shown)) : []
      const change = decideFault(shown, { ...facts, recent, number, broughtEnv })
      if (change) return this.#store(change)
      return this.#found({ project, number })
    })
  }

  /** An alert is over, or its rule is no longer watched: the incident it belonged to has it in its timeline. */
  alertEnded(event: Extract<IncidentEvent, { alert: Alert }>): Promise<void> {
    return this.#inTurn(async () => {
      const { project, incident: number } = event.alert
      const incident = number === null ? null : await this.#parts.store.incidents.get(project, number)
      if (incident) await this.#apply(event, incident)
    })
  }

  /**
   * How a rollback ended, for every incident of its environment that was open then. Told again, it changes nothing.
   * Pages those who were paged for the release it takes away; where none was laid to that release, for the newest.
   */
  rollbackEnded({ project, environment, since, endedAt }: RollbackSpan, end: UnplacedEnd): Promise<void> {
    return this.#inTurn(async () => {
      const { release, ...told } = end
      const open = (await this.#open(project, environment)).filter(({ openedAt }) => openedAt <= endedAt)
      const suspected = open.filter(incident => incident.release === release)
      const paged = suspected.length > 0 ? suspected : open.slice(0, 1)
      for (const incident of open) {
        const entries = await this.#parts.store.incidents.entries(project, incident.number)
        if (entries.some(({ kind, at }) => kind === 'rollback' && at >= since)) continue
        const isSuspect = paged.includes(incident)
        const event = told.kind === 'rolled-back' ? { ...told, isSuspect } : { ...told, release, isSuspect }
        await this.#apply(event, incident)
      }
    })
  }

  acknowledge(incident: Incident, act: Act): Promise<Incident> {
    return this.#act(incident, act, 'acknowledge')
  }

  resolve(incident: Incident, act: Act): Promise<Incident> {
    return this.#act(incident, act, 'resolve')
  }

  async note({ project, number }: Incident, { by, text }: { by: string; text: string }): Promise<IncidentEntry> {
    const at = this.#parts.now().toISOString()
    const entry = await this.#parts.store.incidents.addEntry(project, number, {
      at,
      kind: 'note',
      actor: by,
      text,
      link: null,
    })
    this.#tell(number)
    return entry
  }

  /** Writes into the timeline without changing the incident, e.g. that a page arrived. */
  async entry(project: string, number: number, entry: Omit<IncidentEntry, 'id'>): Promise<void> {
    await this.#parts.store.incidents.addEntry(project, number, entry)
    this.#tell(number)
  }

  /** @throws GantryError BAD_REQUEST when its runbook has no such step */
  tick(incident: Incident, { by, step, done }: { by: string; step: number; done: boolean }): Promise<Incident> {
    return this.#inTurn(async () => {
      const runbook = (await this.#parts.runbooks()).find(({ slug }) => slug === incident.runbook)
      const text = runbookSteps(runbook?.markdown ?? '')[step]
      if (text === undefined)
        throw new GantryError('BAD_REQUEST', `the runbook of incident ${incident.number} has no step ${step}`)
      const current = await this.#found(incident)
      const others = current.ticked.filter(index => index !== step)
      const ticked = done ? [...others, step].sort((a, b) => a - b) : others
      const at = this.#parts.now().toISOString()
      const entry = {
        at,
        kind: 'step' as const,
        actor: by,
        text: `${done ? 'did' : 'took back'} “${text}”`,
        link: null,
      }
      const changed = await this.#parts.store.incidents.apply({
        incident: { ...current, ticked },
        entries: [entry],
        notices: [],
      })
      this.#tell(incident.number)
      return changed
    })
  }

  #act(incident: Incident, { by, reason, version }: Act, kind: 'acknowledge' | 'resolve') {
    return this.#inTurn(async () => {
      const current = await this.#found(incident)
      if (version !== undefined && version !== current.version) {
        throw new GantryError('CONFLICT', `incident ${current.number} is ${current.state} by now`)
      }
      return this.#apply({ kind, by, reason: reason ?? null }, current)
    })
  }

  async #apply(event: IncidentEvent, existing: Incident): Promise<Incident> {
    const change = decideIncident(event, existing, await this.#facts())
    return change ? this.#store(change) : existing
  }

  async #store(change: IncidentChange): Promise<Incident> {
    const stored = await this.#parts.store.incidents.apply(change)
    if (change.notices.length > 0) this.#parts.onNotices()
    if (change.act) this.#parts.live.tell({ topic: 'ledger', key: stored.project })
    this.#tell(stored.number)
    return stored
  }

  /** By the release that is suspected, if it is what is live there. */
  async #broughtEnv({ project, environment, suspect }: Fault): Promise<EnvChange[]> {
    const { deployments } = this.#parts.store
    const live = suspect === null ? null : await deployments.live(project, environment)
    return live?.release === suspect && live ? broughtEnv(live, deployments) : []
  }

  async #facts(): Promise<IncidentFacts> {
    const { project, runbooks, now, pages } = this.#parts
    const { config } = await project()
    return {
      now: now().toISOString(),
      runbooks: await runbooks(),
      routes: config?.routes ?? [],
      url: pages(),
    }
  }

  /** Newest first: what is open, and what was resolved so lately that it may come back. */
  async #recent(project: string, environment: string, now: string): Promise<Incident[]> {
    const last = await this.#parts.store.incidents.list(project, { state: 'all', limit: lookedAt })
    const resolved = last.filter(each => each.environment === environment && isWithinQuietPeriod(each, now))
    return [...(await this.#open(project, environment)), ...resolved]
  }

  async #open(project: string, environment: string): Promise<Incident[]> {
    const open = await this.#parts.store.incidents.list(project, { state: 'open', limit: lookedAt })
    return open.filter(each => each.environment === environment)
  }

  async #found({ project, number }: Pick<Incident, 'project' | 'number'>): Promise<Incident> {
    const incident = await this.#parts.store.incidents.get(project, number)
    if (incident) return incident
    throw new GantryError('NOT_FOUND', `no incident ${number}`)
  }

  /** Two faults at the same moment must not open two incidents. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work, work)
    this.#tail = turn.catch(() => {})
    return turn
  }

  #tell(number: number): void {
    this.#parts.live.tell({ topic: 'incident', key: String(number) })
    this.#parts.live.tell({ topic: 'line', key: '' })
  }
}

export interface Act {
  by: string
  reason?: string | undefined
  version?: number | undefined
}
