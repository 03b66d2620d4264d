import type {
  CheckIn,
  Deployment,
  Monitor,
  NewLine,
  Project,
  ReportedEvent,
  SessionFact,
  TrafficSample,
} from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import type { ServiceOutput } from '@gantry/delivery'
import type { ComposedDelivery } from './compose-delivery.ts'
import type { CommitQueue } from './ingest/commit-queue.ts'
import { createEventIntake } from './ingest/event-intake.ts'
import type { Refused, ToldBy } from './ingest/intake.ts'
import { createReportQueues, type ReportQueues } from './ingest/report-queues.ts'
import type { MapEvent } from './issue/bundle-maps.ts'
import { IssueAssigner, type IssueAssignerParts } from './issue/issue-assigner.ts'
import { keepOf } from './keep/prune-files.ts'
import type { HandOver } from './project/hand-over.ts'
import type { ProjectBase } from './project/project-base.ts'
import type { ProjectHome } from './project/project-home.ts'
import type { PromotionDesk } from './release/promotion-desk.ts'
import { watchAnomalies } from './watch/anomaly-watch.ts'
import { type Batcher, createBatcher } from './watch/batcher.ts'
import { CheckInWatch, type CheckInWatchParts } from './watch/check-in-watch.ts'
import { ComparedTraffic } from './watch/compared-traffic.ts'
import { type DueWork, earliest, startDueWork } from './watch/due-work.ts'
import { IncidentDesk } from './watch/incident-desk.ts'
import { type IssueWatchParts, watchIssues } from './watch/issue-watch.ts'
import { MonitorWatch } from './watch/monitor-watch.ts'
import { startPager } from './watch/pager.ts'
import { watchReadiness } from './watch/readiness-watch.ts'
import { RuleWatch } from './watch/rule-watch.ts'
import { createServiceOutput } from './watch/service-output.ts'
import { tellRollback } from './watch/tell-rollback.ts'
import { startTicker, type Ticker } from './watch/ticker.ts'
import { ToldRequests } from './watch/told-requests.ts'
import { watchVerdict } from './watch/verdict-watch.ts'

type WatchParts = ProjectBase & {
  project: ProjectHome
  delivery: ComposedDelivery
  promotions: Pick<PromotionDesk, 'judgeAll'>
  hand: Pick<HandOver, 'isOurs'>
  forwards: { addOutput(lines: NewLine[]): Promise<void> }
  mapped: MapEvent
  assigneeFor: IssueAssignerParts['assigneeFor']
  say(text: string): void
}

const trafficAfterMs = 500
/** Hundreds of requests a second bring lines; who follows them asks once for all that came. */
const toldAfterMs = 100
/** Traffic and runs change all the time: what they may decide is judged no more often than this. */
const releasesPaceMs = 500
const promotionsPaceMs = 1_000
const issuesPaceMs = 250
const jobsPaceMs = 500
const retryMs = 2_000
/** What gates look at, besides time. Monitors say themselves when their state changes; `ledger`: roles, holds and whatever else people did. */
const promotionTopics = ['run', 'release', 'deployment', 'promotion', 'issue', 'incident', 'ledger'] as const
/** Facts that come are judged at once; this is for those that came while nobody could, and for limits that pass. */
const anomaliesEveryMs = 5 * 60_000

/** What was changed behind Gantry's back, such as files that are gone from a bucket, is found within that time. */
const readinessEveryMs = 3_600_000

/** Everything that looks at what runs: errors, lines, traffic, monitors, rules, verdicts, pages. */
export class ComposedWatch {
  readonly incidents: IncidentDesk
  readonly events: CommitQueue<ReportedEvent>
  readonly reports: ReportQueues
  readonly #parts: WatchParts
  readonly #monitors: MonitorWatch
  readonly #jobs: CheckInWatch
  readonly #rules: RuleWatch
  readonly #output: Batcher<ServiceOutput>
  readonly #traffic: Batcher<TrafficSample>
  readonly #compared: ComparedTraffic
  readonly #told: ToldRequests
  readonly #assigner: IssueAssigner
  /** What is judged when something changed, or when it is due; nothing before the start. */
  #pager: DueWork | null = null
  #dueJobs: DueWork | null = null
  #releases: DueWork | null = null
  #promotions: DueWork | null = null
  #issues: DueWork | null = null
  #anomalies: Ticker | null = null
  #readiness: Ticker | null = null
  #hearNoMore: () => void = () => undefined
  #linesTold: NodeJS.Timeout | null = null

  constructor(parts: WatchParts) {
    const { store, project, delivery } = parts
    this.#parts = parts
    this.#compared = new ComparedTraffic(store.alerts)
    this.#told = new ToldRequests({
      ...{ project: parts.stored.name, store, now: parts.now },
      config: async () => (await project.current()).config,
      count: samples => this.count(samples),
      onError: this.#onError('requests at vendors could not be counted'),
    })
    this.#assigner = new IssueAssigner({
      ...{ ...parts, project: parts.stored.name },
      onError: this.#onError('an issue could not be assigned'),
    })
    this.incidents = new IncidentDesk({
      ...parts,
      project: project.current,
      runbooks: project.runbooks,
      onNotices: () => this.noticesWait(),
    })
    this.#rules = new RuleWatch({
      ...parts,
      incidents: this.incidents,
      onError: (cause, what) => this.#onError(what)(cause),
    })
    this.events = createEventIntake({
      ...parts,
      onTraffic: environments => this.trafficChanged(environments),
      onTurn: () => parts.live.tell({ topic: 'issue-turn', key: '' }),
    })
    this.#monitors = new MonitorWatch({
      ...parts,
      address: delivery.address,
      onChange: monitor => this.#monitorChanged(monitor),
      onError: this.#onError('a check could not be stored'),
    })
    this.#jobs = watchJobs(parts, {
      onChange: monitor => this.#monitorChanged(monitor),
      onJobs: () => void this.#adoptRules().catch(this.#onError('rules for jobs could not be adopted')),
    })
    this.#output = createServiceOutput({
      ...{ project: parts.stored.name, forwards: parts.forwards, intakeCounter: parts.intakeCounter },
      config: async () => (await project.current()).config,
      storeLines: lines => this.#storeLines(lines),
      onError: this.#onError('lines could not be stored'),
    })
    this.reports = createReportQueues({ store, storeLines: lines => this.#storeLines(lines) })
    this.#traffic = createBatcher({
      afterMs: trafficAfterMs,
      write: async samples => {
        await store.alerts.addTraffic(samples)
        this.trafficChanged(samples.map(({ environment }) => environment))
      },
      onError: this.#onError('traffic could not be stored'),
    })
  }

  hearOutput(output: ServiceOutput): void {
    this.#output.add([output])
  }

  /** Answers when they are stored. @throws GantryError INGEST_OVERLOADED when too many are not */
  async takeLines(lines: NewLine[], bytes: number, { isPublic }: ToldBy): Promise<void> {
    await this.reports.lines.add(lines, bytes)
    // Who took a key out of a page must not be able to have a release taken back by requests that never were.
    if (!isPublic) this.#told.linesCame(lines)
  }

  /** Once they are stored: what is sent again because it was not would be counted twice. */
  async takeSessions(sessions: SessionFact[], bytes: number): Promise<void> {
    await this.reports.sessions.add(sessions, bytes)
    this.#told.sessionsCame(sessions)
  }

  /** Answers when what jobs tell of themselves is stored, and which of them are too many. */
  hearCheckIns(checkIns: CheckIn[]): Promise<Refused> {
    return this.#jobs.hear(checkIns)
  }

  count(samples: TrafficSample[]): void {
    this.#traffic.add(samples)
  }

  async adopt(project: Project): Promise<void> {
    await this.#monitors.adopt(project)
    this.#rules.adopt(this.#jobs.withRules(project))
    this.#releases?.nudge()
    this.#promotions?.nudge()
  }

  async #adoptRules(): Promise<void> {
    this.#rules.adopt(this.#jobs.withRules(await this.#parts.project.current()))
  }

  #monitorChanged({ environment, name }: Pick<Monitor, 'environment' | 'name'>): void {
    this.#rules.changed({ fact: 'monitor', environment, name })
    this.#promotions?.nudge()
  }

  async afterDeployment(deployment: Deployment): Promise<void> {
    await this.#monitors.adopt(await this.#parts.project.current())
    this.#rules.changed({ fact: 'release', environment: deployment.environment })
    this.#releases?.nudge()
    this.#readiness?.nudge()
    this.factsChanged()
    if (deployment.kind === 'rollback') await tellRollback(deployment, this.incidents, this.#parts.store)
  }

  /** Something waits in the outbox; it is sent by the server that works on the project, whichever put it there. */
  noticesWait(): void {
    this.#parts.live.tell({ topic: 'notice', key: '' })
  }

  /** Rules are judged by the server that works on the project, whoever took the reports in. */
  trafficChanged(changed: Iterable<string>): void {
    const { hand, bus, stored } = this.#parts
    const environments = [...new Set(changed)]
    if (!hand.isOurs()) return void bus.say('traffic', { project: stored.name, environments })
    this.#releases?.nudge()
    for (const environment of environments) this.#rules.changed({ fact: 'traffic', environment })
  }

  /** Word of a change may be lost, with the server that was about to tell it. */
  lookAgain(): void {
    this.#releases?.nudge()
    this.#promotions?.nudge()
    this.#issues?.nudge()
    this.#pager?.nudge()
    this.#dueJobs?.nudge()
    this.factsChanged()
  }

  /** Vendors said whether there is a way back, to a job that any server may have heard. */
  wayBackSaid(): void {
    this.#readiness?.nudge()
  }

  /** A run or a deployment ended: something may be odd now, or no longer. */
  factsChanged(): void {
    this.#anomalies?.nudge()
  }

  async start(): Promise<void> {
    const { project, store, stored, now, pages, environment, say } = this.#parts
    await this.adopt(await project.current())
    const config = async () => (await project.current()).config
    const onNotices = () => this.noticesWait()
    this.#pager = startPager({
      project: stored.name,
      store,
      config,
      incidents: this.incidents,
      env: environment.all,
      say,
      now,
      onError: this.#onError('notices could not be sent'),
    })
    this.#startJudging()
    this.#anomalies = startTicker(
      anomaliesEveryMs,
      () => watchAnomalies({ store, project: project.current, runbooks: project.runbooks, now, pages, onNotices }),
      this.#onError('oddities could not be judged'),
    )
    this.#startReadiness()
    this.factsChanged()
  }

  #startReadiness(): void {
    const { project, store, stored, delivery, now, pages, live } = this.#parts
    const rollbackPlan = (environment: string) => delivery.desk.rollbackPlan(environment)
    const onChange = () => live.tell({ topic: 'line', key: stored.name })
    const onNotices = () => this.noticesWait()
    this.#readiness = startTicker(
      readinessEveryMs,
      () =>
        watchReadiness({
          ...{ store, project: project.current, rollbackPlan, askVendors: delivery.askVendors },
          ...{ now, pages, onNotices, onChange },
        }),
      this.#onError('whether there is a way back could not be judged'),
    )
    this.#readiness.nudge()
  }

  #startJudging(): void {
    const { live, promotions, now } = this.#parts
    this.#releases = startDueWork({
      work: () => this.#judgeReleases(),
      onError: this.#onError('releases could not be judged'),
      ...{ paceMs: releasesPaceMs, now },
    })
    this.#promotions = startDueWork({
      work: () => promotions.judgeAll(),
      onError: this.#onError('promotions could not be judged'),
      ...{ paceMs: promotionsPaceMs, now },
    })
    this.#issues = startDueWork({
      work: () => watchIssues({ ...this.#parts, ...this.#issueUses() }),
      onError: this.#onError('issues could not be told of'),
      ...{ paceMs: issuesPaceMs, now },
    })
    this.#dueJobs = startDueWork({
      work: () => this.#jobs.look(),
      onError: this.#onError('jobs could not be looked after'),
      ...{ paceMs: jobsPaceMs, now },
    })
    for (const due of [this.#releases, this.#promotions, this.#issues, this.#dueJobs]) due.nudge()
    const ends = [
      // Also what somebody muted: the end of a silence may be nearer by now.
      live.onChange(['issue-turn', 'ledger'], () => this.#issues?.nudge()),
      live.onChange(['monitor'], () => this.#dueJobs?.nudge()),
      live.onChange(['notice'], () => this.#pager?.nudge()),
      live.onChange(promotionTopics, () => this.#promotions?.nudge()),
    ]
    this.#hearNoMore = () => ends.forEach(end => void end())
  }

  #issueUses(): Pick<IssueWatchParts, 'project' | 'onNotices' | 'assign'> {
    const { project } = this.#parts
    return {
      project: project.current,
      onNotices: () => this.noticesWait(),
      assign: (turns, by) => this.#assigner.add(turns, by),
    }
  }

  /** Everything heard so far is stored before it answers. */
  async stop(): Promise<void> {
    this.#hearNoMore()
    await this.#releases?.stop()
    await this.#dueJobs?.stop()
    await this.#promotions?.stop()
    await this.#issues?.stop()
    await this.#assigner.drained()
    await this.#anomalies?.stop()
    await this.#readiness?.stop()
    await this.#pager?.stop()
    await this.#monitors.stop()
    await this.#output.stop()
    await this.events.drained()
    await this.reports.drained()
    await this.#told.drained()
    await this.#traffic.stop()
    if (this.#linesTold !== null) clearTimeout(this.#linesTold)
    await this.#rules.stop()
  }

  async #judgeReleases(): Promise<Date | null> {
    const { project, delivery, now } = this.#parts
    const { name, config } = await project.current()
    if (!config) return null
    const own = { incidents: this.incidents, deployments: delivery.desk, traffic: this.#compared }
    const parts = { ...this.#parts, ...own }
    // One that fails must keep none of the others from being judged: they may be what somebody has to be told.
    const due: (Date | null)[] = []
    for (const [environment, { verdict }] of Object.entries(config.environments)) {
      const onError = this.#onError(`the release in ${environment} could not be judged`)
      const judged = watchVerdict(name, environment, verdict, parts).catch(cause => {
        onError(cause)
        return new Date(now().getTime() + retryMs)
      })
      due.push(await judged)
    }
    return earliest(due)
  }

  async #storeLines(lines: NewLine[]): Promise<void> {
    await this.#parts.lines.append(lines)
    this.#linesTold ??= setTimeout(() => {
      this.#linesTold = null
      this.#parts.live.tell({ topic: 'log', key: '' })
    }, toldAfterMs)
  }

  #onError(what: string): (cause: unknown) => void {
    return cause => this.#parts.log.error({ err: cause }, what)
  }
}

const watchJobs = (
  { project, stored, store, live, now, log }: WatchParts,
  heard: Pick<CheckInWatchParts, 'onChange' | 'onJobs'>,
): CheckInWatch =>
  new CheckInWatch({
    ...{ project: stored.name, store, live, now, log, ...heard },
    forgottenAfterMs: async () => durationMs(keepOf(await project.current()).checks),
  })
