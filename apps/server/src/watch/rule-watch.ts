import {
  type Alert,
  type AlertChange,
  factsOf,
  isOddity,
  judgeRule,
  type Project,
  type Store,
  suspectedRelease,
} from '@gantry/core'
import { type AlertConfig, type Config, durationMs } from '@gantry/core/config'
import { longestWaitMs, systemTimers, type Timers } from '@gantry/watch'
import type { IncidentDesk } from './incident-desk.ts'
import { givenFacts } from './rule-facts.ts'

export interface RuleWatchParts {
  store: Pick<Store, 'alerts' | 'monitors' | 'deployments'>
  incidents: Pick<IncidentDesk, 'show' | 'alertEnded'>
  now(): Date
  newId(): string
  onError(cause: unknown, what: string): void
  timers?: Timers
}

/** What changed, and where. Another release that is live is other traffic, and other addresses for monitors to ask. */
export type FactChange =
  | { fact: 'release'; environment: string }
  | { fact: 'traffic'; environment: string }
  | { fact: 'monitor'; environment: string; name: string }

/** One rule in one environment. */
interface Watched {
  name: string
  environment: string
  rule: AlertConfig
  disarm: (() => void) | null
  dueAtMs: number
  judgedAtMs: number
}

/** Facts that come all the time make a rule due no more often than this. */
const paceMs = 500
/** What could not be judged or told is tried again after this long. */
const retryMs = 2_000

/**
 * Judges each rule when a fact it asked for changes, in the environment where it changed, and when it asked to be looked at
 * again. One that cannot be judged is reported, and keeps none of the others from being judged.
 */
export class RuleWatch {
  readonly #parts: RuleWatchParts
  readonly #timers: Timers
  #project: Pick<Project, 'name' | 'config'> = { name: '', config: null }
  #all: Watched[] = []
  /** By what they wait for. */
  #waiting = new Map<string, Watched[]>()
  readonly #due = new Set<Watched>()
  #isToWithdraw = false
  #disarm: () => void = () => undefined
  #working: Promise<void> | null = null
  #isStopped = false

  constructor(parts: RuleWatchParts) {
    this.#parts = parts
    this.#timers = parts.timers ?? systemTimers
  }

  /** Ends what is watched no longer, and judges every rule once: facts may have come while nobody judged. */
  adopt(project: Pick<Project, 'name' | 'config'>): void {
    for (const watched of this.#all) watched.disarm?.()
    this.#project = project
    this.#all = project.config ? watchedIn(project.config) : []
    this.#waiting = new Map()
    for (const watched of this.#all)
      for (const key of keysOf(watched)) this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), watched])
    this.#due.clear()
    this.#isToWithdraw = project.config !== null
    this.#judgeSoon(this.#all)
  }

  changed(change: FactChange): void {
    for (const watched of this.#waiting.get(keyOf(change)) ?? []) {
      const waitMs = watched.judgedAtMs + paceMs - this.#timers.now()
      if (waitMs > 0) this.#lookAgain(watched, waitMs)
      else this.#judgeSoon([watched])
    }
  }

  /** Answers when everything that is due now was judged. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#disarm()
    for (const watched of this.#all) watched.disarm?.()
    await this.settled()
  }

  #judgeSoon(which: Watched[]): void {
    if (this.#isStopped) return
    for (const watched of which) {
      watched.judgedAtMs = this.#timers.now()
      watched.disarm?.()
      watched.disarm = null
      this.#due.add(watched)
    }
    if (this.#working || (this.#due.size === 0 && !this.#isToWithdraw)) return
    this.#working = this.#judgeDue().finally(() => {
      this.#working = null
      // What came in while the last of them ended.
      this.#judgeSoon([])
    })
  }

  /** One after the other: what changes meanwhile makes a rule due once more, however often it does. */
  async #judgeDue(): Promise<void> {
    while ((this.#due.size > 0 || this.#isToWithdraw) && !this.#isStopped) {
      const [batch, isToWithdraw] = [[...this.#due], this.#isToWithdraw]
      this.#due.clear()
      this.#isToWithdraw = false
      const isRead = await this.#guarded('open alerts could not be read', async () => {
        const open = await this.#parts.store.alerts.open(this.#project.name)
        if (isToWithdraw) await this.#withdrawStrangers(open)
        for (const watched of batch) await this.#judgeGuarded(watched, open)
      })
      if (isRead) continue
      for (const watched of batch) this.#lookAgain(watched, retryMs)
      if (isToWithdraw) this.#withdrawAgain()
    }
  }

  async #judgeGuarded(watched: Watched, open: Alert[]): Promise<void> {
    const { name, environment } = watched
    const what = `rule ${name} could not be judged in ${environment}`
    if (!(await this.#guarded(what, () => this.#judge(watched, open)))) this.#lookAgain(watched, retryMs)
  }

  async #judge(watched: Watched, allOpen: Alert[]): Promise<void> {
    const { name, environment, rule } = watched
    const { store, now: clock, newId } = this.#parts
    const { name: project, config } = this.#project
    const live = await store.deployments.live(project, environment)
    const release = live?.release ?? null
    const now = clock()
    const facts = await givenFacts(factsOf(rule), { project, environment, release, now }, store)
    const open = allOpen.filter(alert => alert.rule === name && alert.environment === environment && !isOddity(alert))
    const subject = { name, project, environment, release, now: now.toISOString(), newId, open }
    const { changes, withdrawn, againInMs } = judgeRule(rule, facts, subject)
    const watchedMs = durationMs(config?.environments[environment]?.verdict.within ?? '0s')
    let areAllTold = true
    for (const change of changes) {
      const suspect = suspectedRelease(change.alert.since, live, watchedMs)
      const what = `alert ${change.alert.key} could not be told`
      areAllTold = (await this.#guarded(what, () => this.#carryOut(change, suspect))) && areAllTold
    }
    for (const alert of withdrawn)
      areAllTold = (await this.#withdraw(alert, 'the rule watches something else now')) && areAllTold
    this.#lookAgain(
      watched,
      Math.min(againInMs ?? Number.POSITIVE_INFINITY, areAllTold ? Number.POSITIVE_INFINITY : retryMs),
    )
  }

  /** Unless it is looked at sooner anyway: a fact that changed while it was judged is not forgotten. */
  #lookAgain(watched: Watched, ms: number): void {
    const dueAtMs = this.#timers.now() + ms
    if (this.#isStopped || !Number.isFinite(ms) || !this.#all.includes(watched)) return
    if (watched.disarm && watched.dueAtMs <= dueAtMs) return
    watched.disarm?.()
    watched.dueAtMs = dueAtMs
    watched.disarm = this.#timers.after(Math.min(ms, longestWaitMs), () => this.#judgeSoon([watched]))
  }

  async #carryOut({ alert, changed }: AlertChange, suspect: string | null): Promise<void> {
    const { store, incidents } = this.#parts
    if (changed === 'firing') {
      const { number } = await incidents.show({ kind: 'alert-firing', alert, suspect })
      return store.alerts.save({ ...alert, incident: number })
    }
    if (changed === 'resolved' && alert.firedAt) await incidents.alertEnded({ kind: 'alert-resolved', alert })
    await store.alerts.save(alert)
  }

  /** Alerts of rules that left the config, or hold elsewhere now. Oddities of CI have rules of their own. */
  async #withdrawStrangers(open: Alert[]): Promise<void> {
    const { config } = this.#project
    if (!config) return
    let areAllDone = true
    for (const alert of open) {
      const { rule: name, environment } = alert
      const rule = config.alerts[name]
      if (isOddity(alert) || rule?.environments.includes(environment)) continue
      const why = rule ? `the rule no longer holds in ${environment}` : 'the rule was taken out of the config'
      areAllDone = (await this.#withdraw(alert, why)) && areAllDone
    }
    if (!areAllDone) this.#withdrawAgain()
  }

  #withdrawAgain(): void {
    this.#disarm()
    this.#disarm = this.#timers.after(retryMs, () => {
      this.#isToWithdraw = true
      this.#judgeSoon([])
    })
  }

  #withdraw(alert: Alert, why: string): Promise<boolean> {
    const { store, incidents, now } = this.#parts
    return this.#guarded(`alert ${alert.rule} could not be withdrawn`, async () => {
      if (alert.firedAt) await incidents.alertEnded({ kind: 'alert-withdrawn', alert, why })
      await store.alerts.save({ ...alert, state: 'resolved', resolvedAt: now().toISOString() })
    })
  }

  /** Whether it was done. */
  async #guarded(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (cause) {
      this.#parts.onError(cause, what)
      return false
    }
  }
}

const watchedIn = ({ alerts }: Config): Watched[] =>
  Object.entries(alerts).flatMap(([name, rule]) =>
    [...new Set(rule.environments)].map(environment => ({
      name,
      environment,
      rule,
      disarm: null,
      dueAtMs: 0,
      judgedAtMs: Number.NEGATIVE_INFINITY,
    })),
  )

/** The facts a rule waits for, as those that change are named. */
function keysOf({ rule, environment }: Watched): string[] {
  const { traffic, monitor } = factsOf(rule)
  return [
    keyOf({ fact: 'release', environment }),
    ...(traffic ? [keyOf({ fact: 'traffic', environment })] : []),
    ...(monitor ? [keyOf({ fact: 'monitor', environment, name: monitor.name })] : []),
  ]
}

/** As JSON: names are of whatever characters, and joined ones could be taken for another. */
const keyOf = (change: FactChange): string =>
  JSON.stringify([change.fact, change.environment, ...(change.fact === 'monitor' ? [change.name] : [])])
