import { join, resolve } from 'node:path'
import { loadConfigAt } from '@gantry/config/load'
import { factOfRun } from '@gantry/core'
import { artifactStore } from '@gantry/delivery'
import { gitSource, type Machine } from '@gantry/runner'
import { readRunbook } from '@gantry/watch'
import type { FastifyInstance } from 'fastify'
import { keepCommandToken } from './access/command-token.ts'
import { ownPackage } from './command/own-package.ts'
import { composeDelivery } from './compose-delivery.ts'
import { composeSample } from './compose-sample.ts'
import { ComposedWatch } from './compose-watch.ts'
import type { Environment } from './environment.ts'
import { type Foundation, type Hearer, openFoundation } from './foundation.ts'
import { startMissedRuns } from './git/missed-runs.ts'
import type { PushParts } from './git/push.ts'
import { clearWorkspaces } from './home/clear-workspaces.ts'
import type { Home } from './home/home.ts'
import { startHousekeeping } from './housekeeping.ts'
import { installRoutes } from './http/routes/index.ts'
import { dsnOf, IngestKeys } from './ingest/ingest-keys.ts'
import { type LineParts, lineView } from './line/line-view.ts'
import { createProjectHome, type ProjectHome } from './project/project-home.ts'
import { PromotionDesk } from './release/promotion-desk.ts'
import { type JobMachine, jobMachine } from './run/job-machine.ts'
import { jobsAtOnce, RunKeeper } from './run/run-keeper.ts'
import { createJobTokens } from './run/run-tokens.ts'
import { ScheduleKeeper } from './run/schedule-keeper.ts'
import { firstPush } from './sample/first-push.ts'
import type { SampleBrowser } from './sample/sample-browser.ts'
import { createJobValues } from './secret/job-values.ts'
import { takeUpEach } from './take-up.ts'

/** The control plane, wired and not yet listening. */
export interface ControlPlane {
  app: FastifyInstance
  signInLink: string
  /** Call once the address is known: what hands it on is finished here. */
  ready(url: string): Promise<void>
  /** Takes up what the last stop left: services, runs, checks, the sample's first push. Does not wait for them. */
  takeUp(): void
  stop(): Promise<void>
}

const dashboardDist = resolve(import.meta.dirname, '../../dashboard/dist')
const owner = { id: 'owner', role: 'owner' } as const

/** The only place where the parts meet. */
export async function compose(environment: Environment, home: Home, hearer: Hearer): Promise<ControlPlane> {
  const { say } = hearer
  const foundation = await openFoundation(environment, home, hearer)
  const { store, access, app, stored } = foundation
  const stopping = new AbortController()
  const { signal } = stopping
  const parts = await wire(foundation, say, signal)
  const { keeper, schedules, delivery, watch, project, promotions, push } = parts
  const line = async () => lineView(await project.current(), lineParts(foundation, parts))
  await installRoutes(app, { ...foundation, ...parts, line, dashboardDist })
  // Whatever still runs of the last start's jobs runs without us.
  await store.access.revokeJobTokens()
  await store.access.savePerson({ ...owner, name: environment.ownerName })
  const keepToken = () => keepCommandToken({ ...foundation, dir: home.dir, personId: owner.id })
  await keepToken()
  const housekeeping = await startHousekeeping({
    ...foundation,
    promotions,
    keepToken,
    dir: home.dir,
    project: project.current,
    artifacts: parts.artifacts,
    runArtifacts: home.actionsArtifacts,
  })

  const missed = async () => (await startMissedRuns(store.runs, push, await project.current())).forEach(say)
  const first = { ...foundation, ...parts, project: stored.name, runs: store.runs, signal, say }
  const { removed } = await clearWorkspaces(home.workspaces)
  removed.catch(() => undefined)
  const takeUp = () =>
    takeUpEach(foundation.log, say, {
      'the services': () => delivery.resume(),
      'the checks': () => watch.start(),
      'unfinished runs': () => keeper.resume(),
      'the schedules': () => schedules.start(),
      'missed runs': missed,
      'what killed jobs left': () => removed,
      ...(environment.withSample && { "the sample's first push": () => firstPush(first) }),
    })
  return {
    app,
    signInLink: await access.newSignInLink(owner.id),
    ready: url => foundation.moveTo(url),
    takeUp: () => void takeUp(),
    async stop() {
      stopping.abort()
      await housekeeping.stop()
      await keeper.stop()
      await watch.stop()
      await app.close()
      await delivery.stop()
      await foundation.queue.stop()
      await foundation.close()
    },
  }
}

function lineParts(
  { store, repository, stored, url, now }: Foundation,
  {
    delivery,
    promotions,
    sampleView,
    ingestKeys,
  }: Pick<Wired, 'delivery' | 'promotions' | 'sampleView' | 'ingestKeys'>,
): LineParts {
  return {
    sample: sampleView,
    store,
    repository,
    dsn: async () => dsnOf(url(), await ingestKeys.own(stored.name, null), stored.number),
    addressOf: delivery.address,
    shown: promotion => promotions.shown(promotion),
    canRollBack: async name => (await delivery.desk.rollbackPlan(name)).candidates.length > 0,
    now,
  }
}

type Wired = Awaited<ReturnType<typeof wire>>

async function wire(foundation: Foundation, say: (text: string) => void, stopping: AbortSignal) {
  const { environment, home, store, live, repository, record, log, now, newId, url } = foundation
  const { name } = foundation.stored
  const machine = await jobMachine(environment, home, repository.path, say)
  const configAt = (sha: string) => loadConfigAt(repository.path, sha, machine.sandbox)
  const ingestKeys = new IngestKeys({ store: store.ingestKeys, projects: store.projects, now, newId })
  await ingestKeys.adopt(name, [])
  const project = createProjectHome({
    name,
    projects: store.projects,
    repository,
    loadConfig: configAt,
    readRunbook,
    async onAdopted(adopted) {
      await ingestKeys.adopt(name, Object.keys(adopted.config?.services ?? {}))
      await watch.adopt(adopted)
    },
    log,
  })
  const proceed = (runId: string) => keeper.proceed(runId)
  const promotions = new PromotionDesk({
    ...{ project: project.current, store, live, record, now, newId, proceed },
    emailOf: personId => (personId === owner.id ? environment.ownerEmail : null),
    repository,
  })
  const artifacts = artifactStore(foundation.objects)
  const delivery = composeDelivery({
    ...foundation,
    artifacts,
    ingestKeys,
    promotions,
    project,
    configAt,
    onEnded: done => watch.afterDeployment(done),
    hear: output => watch.hearOutput(output),
    count: samples => watch.count(samples),
  })
  const watch = new ComposedWatch({ ...foundation, project, delivery, say })
  const sampled = composeSample(foundation, say, stopping)
  const used = { project, promotions, browser: sampled.browser, machine }
  const keeper = new RunKeeper(await keeperParts(foundation, used, () => watch.factsChanged()))
  const schedules = new ScheduleKeeper({ ...foundation, project: name, runs: store.runs, keeper })
  const adoptConfig = async (sha: string) => void (await project.adopt(sha))
  const planSchedules = (sha: string) => schedules.plan(sha)
  const push: Omit<PushParts, 'project'> = {
    projects: store.projects,
    repository,
    keeper,
    url,
    adoptConfig,
    planSchedules,
    log,
  }
  const packCommand = ownPackage(join(home.dir, 'command'))
  const made = { configAt, project, promotions, artifacts, ingestKeys, delivery, watch, keeper, schedules, push }
  return { ...made, packCommand, ...sampled }
}

async function keeperParts(
  foundation: Foundation,
  used: { project: ProjectHome; promotions: PromotionDesk; browser: SampleBrowser; machine: JobMachine },
  onFact: () => void,
): Promise<ConstructorParameters<typeof RunKeeper>[0]> {
  const { home, store, live, repository, access, secrets, variables, url, now, newId, log } = foundation
  const { name } = foundation.stored
  const { project, promotions, browser } = used
  const { env, commands, sandbox } = used.machine
  const approve: Machine['approve'] = (job, run) => promotions.ask(job, run)
  const config = async () => (await project.current()).config
  const valuesFor = createJobValues({ project: name, config, secrets, variables, approve })
  const revoke = (tokenId: string) => store.access.revokeToken(tokenId)
  const fixed = {
    workDir: home.workspaces,
    source: gitSource(repository.path),
    artifactsDir: home.actionsArtifacts,
    cacheDir: home.actionsCache,
    toolDir: home.toolCache,
    extraPath: [commands],
    ...(sandbox && { sandbox }),
    maxParallel: jobsAtOnce(),
  }
  return {
    project: name,
    runs: store.runs,
    live,
    workflowText: (sha, path) => repository.file(sha, path),
    async machine() {
      const { repository: vars } = await variables.valuesFor(name, null)
      return { ...fixed, vars: () => vars, valuesFor, env: { ...env, ...browser.env() } }
    },
    approve,
    tokenFor: createJobTokens({ access, revoke, project, now }),
    revokeTokens: runId => store.access.revokeJobTokens(runId),
    url,
    async onCompleted(run) {
      const fact = factOfRun(run)
      if (fact) await store.metrics.record(name, [fact])
      onFact()
      live.tell({ topic: 'line', key: name })
      await promotions.judgeAll()
    },
    now,
    newId,
    log,
  }
}
