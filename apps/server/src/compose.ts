import { randomBytes, randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { artifactStore, loadConfigAt } from '@gantry/delivery'
import { openDatabase, openQueue, storeOn } from '@gantry/store'
import { readRunbook } from '@gantry/watch'
import { gitSource } from '@gantry/workflow'
import type { FastifyInstance } from 'fastify'
import { createAccess } from './access/access.ts'
import { composeDelivery } from './compose-delivery.ts'
import { composeWatch } from './compose-watch.ts'
import type { Environment } from './environment.ts'
import { pushed } from './git/push.ts'
import { mainRef } from './git/receive.ts'
import { openRepository } from './git/repository.ts'
import type { Home } from './home/home.ts'
import { startHousekeeping } from './housekeeping.ts'
import { createApp } from './http/app.ts'
import { installRoutes } from './http/routes/index.ts'
import { dsnOf } from './ingest/service-keys.ts'
import { createChronicle } from './ledger/chronicle.ts'
import { lineView } from './line/line-view.ts'
import { createLiveHub } from './live/live-hub.ts'
import { createProjectHome } from './project/project-home.ts'
import { createPromotionDesk } from './release/promotion-desk.ts'
import { machineEnvironment, writeJobCommands } from './run/job-environment.ts'
import { createRunKeeper, jobsAtOnce } from './run/run-keeper.ts'
import { createTokens } from './run/run-tokens.ts'
import { firstPush } from './sample/first-push.ts'
import { createSample } from './sample/sample.ts'

/** The control plane, wired and not yet listening. */
export interface ControlPlane {
  app: FastifyInstance
  cliToken: string
  signInLink: string
  /** Call once the address is known: what hands it on is finished here. */
  ready(url: string): Promise<void>
  /** Takes up what the last stop left: services, runs, checks, the sample's first push. Does not wait for them. */
  takeUp(): void
  stop(): Promise<void>
}

const sampleSource = resolve(import.meta.dirname, '../../../examples/sitebuilder')
const dashboardDist = resolve(import.meta.dirname, '../../dashboard/dist')
const owner = { id: 'owner', role: 'owner' } as const

/** The only place where the parts meet. */
export async function compose(
  environment: Environment,
  home: Home,
  say: (line: string) => void,
): Promise<ControlPlane> {
  const now = () => new Date()
  const newId = () => randomUUID()
  const database = await openDatabase(
    environment.databaseUrl
      ? { kind: 'postgres', url: environment.databaseUrl }
      : { kind: 'embedded', dir: home.database },
  )
  const store = storeOn(database)
  const access = createAccess(store.access, now)
  const app = await createApp({ access, logLevel: environment.logLevel })
  const { log } = app
  const queue = await openQueue(database, cause => log.error({ err: cause }, 'queue'))

  const live = createLiveHub(now().getTime())
  let url = environment.publicUrl ?? `http://${environment.host}:${environment.port}`
  const stored = await store.projects.ensure({
    name: environment.project,
    ingestKey: randomBytes(16).toString('hex'),
    createdAt: now().toISOString(),
  })
  const { name } = stored
  const record = createChronicle(name, store.ledger, live, now)
  const hook = { node: process.execPath, token: randomBytes(24).toString('base64url'), project: name }
  const repository = await openRepository(home.repository(name), { ...hook, url })
  const project = createProjectHome({
    name,
    projects: store.projects,
    repository,
    loadConfig: sha => loadConfigAt(repository.path, sha),
    readRunbook,
    onAdopted: adopted => watch.adopt(adopted),
    log,
  })
  const promotions = createPromotionDesk({
    project: project.current,
    store,
    live,
    record,
    now,
    newId,
    proceed: runId => keeper.proceed(runId),
  })
  const artifacts = artifactStore(home.artifacts)
  const delivery = composeDelivery({
    environment,
    home,
    store,
    live,
    artifacts,
    promotions,
    record,
    project,
    log,
    now,
    newId,
    url: () => url,
    onEnded: done => watch.afterDeployment(done),
    hear: lines => watch.hearLines(lines),
    count: samples => watch.count(samples),
  })
  const watch = composeWatch({
    environment,
    store,
    queue,
    live,
    project,
    record,
    delivery,
    log,
    now,
    newId,
    url: () => url,
  })
  const commands = await writeJobCommands(join(home.dir, 'actions', 'bin'))
  const tokens = createTokens({ access, project, url: () => url, now })
  const keeper = createRunKeeper({
    project: name,
    runs: store.runs,
    live,
    workflowText: async (sha, path) => textOf(await repository.files(sha, path.slice(0, path.lastIndexOf('/'))), path),
    machine: {
      workDir: home.workspaces,
      source: gitSource(repository.path),
      artifactsDir: home.actionsArtifacts,
      cacheDir: home.actionsCache,
      toolDir: home.toolCache,
      env: machineEnvironment(environment.all),
      extraPath: [commands],
      secrets: () => ({}),
      vars: () => ({}),
      maxParallel: jobsAtOnce(),
    },
    approve: promotions.ask,
    tokenFor: tokens.forRun,
    onCompleted: async run => {
      live.tell({ topic: 'line', key: name })
      if (run.sha) await promotions.judgeAll()
    },
    now,
    newId,
    log,
  })
  const sample = createSample({
    source: sampleSource,
    dir: home.sample(name),
    repository,
    gitEnv: machineEnvironment(environment.all),
  })
  const push = {
    projects: store.projects,
    repository,
    keeper,
    url,
    adoptConfig: async (sha: string) => void (await project.adopt(sha)),
  }
  const line = async () =>
    lineView(await project.current(), {
      store,
      repository,
      dsn: dsnOf(url, stored.ingestKey, stored.number),
      addressOf: delivery.address,
      now,
    })

  await installRoutes(app, {
    environment,
    store,
    live,
    access,
    project,
    repository,
    artifacts,
    keeper,
    promotions,
    delivery,
    watch,
    record,
    sample,
    line,
    hook,
    push,
    dashboardDist,
    now,
    url: () => url,
  })
  await store.access.savePerson({ ...owner, name: environment.ownerName })
  const cliToken = await access.newToken({
    name: 'command line',
    personId: owner.id,
    role: 'owner',
    runId: null,
    expiresAt: null,
  })
  const stopping = new AbortController()
  const housekeeping = startHousekeeping({ promotions, log })

  return {
    app,
    cliToken,
    signInLink: await access.newSignInLink(owner.id),
    async ready(address) {
      url = address
      push.url = address
      await openRepository(home.repository(name), { ...hook, url: address })
    },
    takeUp() {
      const work = async () => {
        await delivery.resume(await project.current())
        await watch.start()
        await keeper.resume()
        await startMissed()
        if (environment.withSample)
          await firstPush({ project: name, sample, repository, runs: store.runs, signal: stopping.signal, say })
      }
      work().catch(cause => log.error({ err: cause }, 'what the last stop left could not be taken up whole'))
    },
    async stop() {
      stopping.abort()
      housekeeping.stop()
      await keeper.stop()
      await watch.stop()
      await app.close()
      await delivery.stop()
      await queue.stop()
      await database.close()
    },
  }

  /** A push whose hook was cut off by a crash still gets its runs. */
  async function startMissed(): Promise<void> {
    for (const branch of await repository.branches()) {
      const runs = await store.runs.list(name, { sha: branch.sha, limit: 1 })
      if (runs.length > 0) continue
      const ref = `refs/heads/${branch.name}`
      const update = {
        before: ref === mainRef ? ((await project.current()).configSha ?? null) : null,
        after: branch.sha,
        ref,
        isForward: true,
      }
      await pushed(update, 'gantry', { ...push, project: await project.current() })
    }
  }
}

function textOf(files: { path: string; text: string }[], path: string): string {
  const file = files.find(one => one.path === path)
  if (file) return file.text
  throw new Error(`${path} is not in that commit`)
}
