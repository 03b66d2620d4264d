import { loadConfigAt } from '@gantry/config/load'
import type { ErrorEvent, Sandbox } from '@gantry/core'
import { factOfRun, GantryError, isGitHubRun, type Project } from '@gantry/core'
import type { EventView, Line } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'
import { type ArtifactStore, artifactStore } from '@gantry/delivery'
import type { RunHost } from '@gantry/runner'
import { readRunbook } from '@gantry/watch'
import { type ComposedDelivery, composeDelivery, type MachineDelivery } from '../compose-delivery.ts'
import { ComposedForwards } from '../compose-forwards.ts'
import { type ComposedGitHub, composeGitHub } from '../compose-github.ts'
import { type ComposedSample, composeSample } from '../compose-sample.ts'
import { type ComposedSources, composeSources } from '../compose-sources.ts'
import { ComposedWatch } from '../compose-watch.ts'
import { isShared } from '../environment.ts'
import type { Foundation } from '../foundation.ts'
import type { TakeParts } from '../git/take-push.ts'
import { PushRecord } from '../github/push-record.ts'
import { dsnOf } from '../ingest/ingest-keys.ts'
import { assigneeFinder } from '../issue/assignee-for.ts'
import type { MapEvent } from '../issue/bundle-maps.ts'
import { eventSources } from '../issue/event-sources.ts'
import { readLate } from '../issue/late-maps.ts'
import { lineView } from '../line/line-view.ts'
import { type Freshness, untilChange } from '../live/until-change.ts'
import { PreviewDesk } from '../preview/preview-desk.ts'
import { pullRequests } from '../preview/pull-requests.ts'
import { askPeople } from '../release/ask-people.ts'
import { PromotionDesk, type PromotionDeskParts } from '../release/promotion-desk.ts'
import { ReleaseChecklists } from '../release/release-checklists.ts'
import { voterIn } from '../release/voter-in.ts'
import { RunKeeper } from '../run/run-keeper.ts'
import { ScheduleKeeper } from '../run/schedule-keeper.ts'
import type { ComposedRunners } from '../runner/composed-runners.ts'
import { createJobValues } from '../secret/job-values.ts'
import { unsetAt } from '../secret/unset-values.ts'
import { createHandOver, type HandOver, handedOver } from './hand-over.ts'
import { openBase, type ProjectBase } from './project-base.ts'
import { createProjectHome, type ProjectHome } from './project-home.ts'

/** All parts of one project. Nothing in it knows of another. */
export interface ProjectContext extends ProjectBase {
  project: ProjectHome
  configAt(sha: string): Promise<Config>
  artifacts: ArtifactStore
  sources: ComposedSources
  checklists: ReleaseChecklists
  promotions: PromotionDesk
  previews: PreviewDesk
  delivery: ComposedDelivery
  watch: ComposedWatch
  forwards: ComposedForwards
  github: ComposedGitHub
  keeper: RunKeeper
  schedules: ScheduleKeeper
  push: Omit<TakeParts, 'project'>
  /** Null for all but the project the sample is brought up in. */
  sampled: ComposedSample | null
  line(): Promise<Line>
  /** How acts reach the server that works on the project. */
  hand: HandOver
  /** What an event means in the repository. */
  located(event: ErrorEvent): Promise<EventView>
}

/** What a project is opened with besides the foundation. */
export interface Opening {
  machine: MachineDelivery
  runners: ComposedRunners
  /** What configs of commits are read in. */
  sandbox: Sandbox | undefined
  say(text: string): void
  /** Ends what goes on by itself. */
  stopping: AbortSignal
}

export async function openProject(foundation: Foundation, stored: Project, opening: Opening): Promise<ProjectContext> {
  const base = await openBase(foundation, stored)
  const { store, repository, log, ingestKeys } = base
  await ingestKeys.adopt(stored.name, [])
  const configAt = async (sha: string) => {
    await repository.hold(sha)
    return loadConfigAt(repository.path, sha, opening.sandbox)
  }
  const hand = createHandOver(stored.name, base.exchange)
  const tell = telling(hand, log)
  const project = projectHome(base, { loadConfig: configAt, onAdopted: () => tell('config.adopted') })
  const checklists = new ReleaseChecklists({ ...base, name: stored.name, project: project.current })
  const { promotions, pushes } = promotionDesk(base, {
    ...{ project, checklists },
    proceed: runId => void (isGitHubRun(runId) || tell('runs.proceed', runId)),
    wayBack: (release, target) => delivery.desk.wayBack(release, target),
  })
  const artifacts = artifactStore(base.objects, `projects/${stored.name}/artifacts`)
  const delivery = composeDelivery({
    ...base,
    machine: opening.machine,
    ...{ hand, artifacts, promotions, project, configAt },
    onEnded: done => watch.afterDeployment(done),
    onWayBackSaid: () => void tell('way-back.said'),
    followPreview: ended => previews.follow(ended),
    hear: output => watch.hearOutput(output),
    count: samples => watch.count(samples),
    start: request => keeper.start(request),
    startOnGitHub: run => github.startRun(run),
  })
  const sources = composeSources(base, { artifacts, project })
  const reading = { mapped: sources.mapped, ...eventReaders(base, project, sources.mapped) }
  const pulls = pullRequests({ ...base, project: stored.name, github: base.onGitHub })
  const previews = new PreviewDesk({ ...base, project: project.latest, delivery: opening.machine, pulls, configAt })
  const forwards = new ComposedForwards({ ...base, project })
  const watching = { ...reading, hand, project, forwards, delivery, promotions, say: opening.say }
  const watch = new ComposedWatch({ ...base, ...watching })
  const onGitHub = { project, delivery, promotions, previews, pulls, pushes, watch }
  const github = composeGitHub({ ...base, ...onGitHub })
  const sampled = isSample(base) ? composeSample(base, opening.say, opening.stopping) : null
  const keeper = new RunKeeper(keeperParts(base, { hand, project, promotions, watch, runners: opening.runners }))
  hand.serve('way-back.said', async () => watch.wayBackSaid())
  hand.serve('config.adopted', async () => watch.adopt(await project.latest()))
  const handed = handedOver(keeper, 'runs', ['start', 'proceed', 'cancel', 'rerun'], hand)
  const orders = handedOver(delivery.orders, 'orders', ['attend', 'next', 'renew', 'report'], hand)
  const previewsHanded = handedOver(previews, 'previews', ['deploy', 'remove'], hand)
  const desk = handedOver(delivery.desk, 'deployments', ['deploy', 'rollBack', 'rollbackPlan', 'urls'], hand)
  const schedules = new ScheduleKeeper({ ...base, project: stored.name, runs: store.runs, keeper: handed })
  const parts = {
    ...{ ...base, hand, project, configAt, artifacts, sources, checklists, promotions, watch, github, schedules },
    ...{ forwards, sampled, previews: previewsHanded },
    ...{ keeper: handed, delivery: { ...delivery, desk, orders } },
  }
  return { ...parts, push: pushParts(parts), line: askingLine(parts), located: reading.located }
}

function projectHome(
  { stored, store, repository, environment, ingestKeys, bus, live, log }: ProjectBase,
  { loadConfig, onAdopted }: { loadConfig(sha: string): Promise<Config>; onAdopted(): Promise<void> },
): ProjectHome {
  return createProjectHome({
    name: stored.name,
    projects: store.projects,
    repository,
    ...{ loadConfig, readRunbook, isShared: isShared(environment) },
    async onAdopted(adopted) {
      await ingestKeys.adopt(stored.name, Object.keys(adopted.config?.services ?? {}))
      bus.say('project', stored.name)
      live.tell({ topic: 'line', key: stored.name })
      await onAdopted()
    },
    log,
  })
}

/** What events mean in the repository, and who looks after that. */
function eventReaders(base: ProjectBase, project: ProjectHome, mapped: MapEvent) {
  const where = locating({ ...base, project })
  const late = { project: base.stored.name, store: base.store, mapped }
  // What came before its maps is shown by them as soon as they are there.
  const located = async (event: ErrorEvent) => where(await readLate(event, late))
  const members = () => base.store.access.members(base.stored.name)
  return { located, assigneeFor: assigneeFinder({ located, members }) }
}

interface DeskUses extends Pick<PromotionDeskParts, 'proceed' | 'wayBack' | 'checklists'> {
  project: ProjectHome
}

/** With who pushed what: that is known before a vote counts. */
function promotionDesk(base: ProjectBase, { project, ...uses }: DeskUses) {
  const { store, live, record, now, newId, repository, log, pages } = base
  const { name } = base.stored
  const config = async () => (await project.current()).config
  const asking = { store, pages, now, config, onNotices: () => live.tell({ topic: 'notice', key: '' }) }
  const pushes = new PushRecord({
    ...{ ...base, project: name, github: base.onGitHub, current: project.current },
    onPushed: () => live.tell({ topic: 'promotion', key: '' }),
  })
  const promotions = new PromotionDesk({
    ...{ name, project: project.latest, store, live, record, now, newId, repository, ...uses },
    onReady: promotion =>
      void askPeople(promotion, asking).catch(cause =>
        log.error({ err: cause }, 'people could not be told that a promotion waits'),
      ),
    voter: personId => voterIn(name, personId, store.access),
    knowPushes: moment => pushes.knowUntil(moment),
  })
  return { promotions, pushes }
}

/** Whoever works on the project may be on another machine: what is done here does not wait for it, nor fail with it. */
const telling =
  (hand: HandOver, log: ProjectBase['log']) =>
  async (act: string, ...args: unknown[]): Promise<void> => {
    if (hand.isOurs()) await hand.ask(act, args)
    else
      hand
        .ask(act, args)
        .catch(cause => log.error({ err: cause, act }, 'whoever works on the project could not be told'))
  }

const isSample = ({ environment, stored }: ProjectBase): boolean =>
  environment.withSample && stored.name === environment.project

type Parts = Omit<ProjectContext, 'push' | 'line' | 'located'>

const pushParts = ({ keeper, pages, project, schedules, ...base }: Parts): Omit<TakeParts, 'project'> => ({
  ...{ pushes: base.store.pushes, now: () => base.now().toISOString() },
  ...{ projects: base.store.projects, repository: base.repository, keeper, pages, log: base.log },
  unset: sha => unsetAt(sha, base),
  async broughtBy(ref, sha) {
    const brought = (await base.store.git.refs(base.stored.name)).find(one => one.ref === ref && one.sha === sha)
    return brought ? { id: brought.pushId, actor: brought.actor } : null
  },
  adoptConfig: async sha => void (await project.adopt(sha)),
  planSchedules: sha => schedules.plan(sha),
})

/** Traffic flows without a word, and the curve of the first screen is that of the last second. */
const ofLine: Freshness = {
  topics: ['line', 'run', 'release', 'deployment', 'promotion', 'issue', 'monitor', 'incident', 'ledger'],
  forMs: 1_000,
}
/** Built files that are removed because they are old say nothing. */
const ofRollback: Freshness = { topics: ['release', 'deployment'], forMs: 30_000 }

function askingLine(parts: Parts): () => Promise<Line> {
  const { store, repository, stored, url, now, delivery, promotions, sampled, ingestKeys, live } = parts
  const canRollBack = untilChange(ofRollback, live, name => delivery.desk.canRollBack(name))
  const ask = async () => {
    await delivery.learnAddresses()
    return lineView(await parts.project.current(), {
      sample: async () => sampled?.sampleView(),
      ...{ store, repository, now, canRollBack },
      dsn: async () => dsnOf(url(), await ingestKeys.own(stored.name, null), stored.number),
      addressOf: delivery.address,
      shown: promotion => promotions.shown(promotion),
    })
  }
  const line = untilChange(ofLine, live, ask)
  return () => line()
}

function locating({ repository, project }: Pick<Parts, 'repository' | 'project'>): ProjectContext['located'] {
  const folderOf = async (service: string) => (await project.current()).config?.services[service]?.path ?? null
  return eventSources({ repository, folderOf })
}

interface KeeperUses {
  hand: HandOver
  project: ProjectHome
  promotions: PromotionDesk
  watch: ComposedWatch
  runners: ComposedRunners
}

function keeperParts(base: ProjectBase, uses: KeeperUses): ConstructorParameters<typeof RunKeeper>[0] {
  const { store, live, repository, secrets, variables, stored, pages, now, newId, log } = base
  const { name } = stored
  const { hand, project, promotions, watch, runners } = uses
  const save: typeof store.runs.save = async (of, run) => {
    if (hand.mayWrite()) return store.runs.save(of, run)
    throw new GantryError('LEASE_LOST', `another server may work on ${name} by now`, { runId: run.id })
  }
  const approve: RunHost['approve'] = (job, run) => promotions.ask(job, run)
  const config = async () => (await project.current()).config
  const valuesFor = createJobValues({ project: name, config, secrets, variables, approve })
  return {
    ...{ project: name, runs: { ...store.runs, save }, live, pages, now, newId, log },
    workflowText: (sha, path) => repository.file(sha, path),
    executor: (_hear, leave) => runners.executorOf(base, leave),
    async values() {
      const { repository: vars } = await variables.valuesFor(name, null)
      return { vars: () => vars, valuesFor }
    },
    approve,
    revokeTokens: runId => store.access.revokeJobTokens(runId),
    runsAtOnce: 200,
    async onCompleted(run) {
      const fact = factOfRun(run)
      if (fact) await store.metrics.record(name, [fact])
      watch.factsChanged()
      live.tell({ topic: 'line', key: name })
      await promotions.judgeAll()
    },
  }
}
