import {
  decideIncident,
  GantryError,
  type Incident,
  type IncidentCause,
  type IncidentEntry,
  type Project,
  type Runbook,
  runbookSteps,
  type Store,
} from '@gantry/core'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { LiveHub } from '../live/live-hub.ts'

export interface IncidentDeskParts {
  project(): Promise<Project>
  runbooks(): Promise<Runbook[]>
  store: Pick<Store, 'incidents'>
  live: LiveHub
  record: Chronicle
  now(): Date
  url(): string
  /** Something waits in the outbox. */
  onNotices(): void
}

/** Where incidents are opened, joined, acknowledged and resolved: one change after the other. */
export class IncidentDesk {
  readonly #parts: IncidentDeskParts
  #tail: Promise<unknown> = Promise.resolve()

  constructor(parts: IncidentDeskParts) {
    this.#parts = parts
  }

  /** What a fault, a rollback or a resolved alert means for the incident with that key. Null when nothing changes. */
  happened(cause: IncidentCause, key: string): Promise<Incident | null> {
    return this.#inTurn(async () => {
      const { project, store } = this.#parts
      const { name } = await project()
      return this.#apply(cause, await store.incidents.byKey(name, key))
    })
  }

  acknowledge(incident: Incident, act: Act): Promise<Incident> {
    return this.#act(incident, act, 'acknowledge', 'incident.acknowledged')
  }

  resolve(incident: Incident, act: Act): Promise<Incident> {
    return this.#act(incident, act, 'resolve', 'incident.resolved')
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

  #act(
    incident: Incident,
    { by, reason, version }: Act,
    kind: 'acknowledge' | 'resolve',
    action: 'incident.acknowledged' | 'incident.resolved',
  ) {
    return this.#inTurn(async () => {
      const current = await this.#found(incident)
      if (version !== undefined && version !== current.version) {
        throw new GantryError('CONFLICT', `incident ${current.number} is ${current.state} by now`)
      }
      const changed = await this.#apply({ kind, by, reason: reason ?? null }, current)
      if (!changed) throw new GantryError('NOT_FOUND', `no incident ${incident.number}`)
      await this.#parts.record({ actor: by, action, subject: `incident ${incident.number}`, reason: reason ?? null })
      return changed
    })
  }

  async #apply(cause: IncidentCause, existing: Incident | null): Promise<Incident | null> {
    const { project, store, runbooks, now, url, onNotices } = this.#parts
    const { name, config } = await project()
    const change = decideIncident(cause, {
      existing,
      number: await store.incidents.nextNumber(name),
      now: now().toISOString(),
      runbooks: await runbooks(),
      routes: config?.routes ?? [],
      url: url(),
    })
    if (!change) return existing
    const stored = await store.incidents.apply(change)
    if (change.notices.length > 0) onNotices()
    this.#tell(stored.number)
    return stored
  }

  async #found({ project, number }: Incident): Promise<Incident> {
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
