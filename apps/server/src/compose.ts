import { join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { formerLines } from '@gantry/store'
import type { FastifyInstance } from 'fastify'
import { keepCommandToken } from './access/command-token.ts'
import { ensureOwner } from './access/ensure-owner.ts'
import { homeSecretName, secretKeysName } from './backup/manifest.ts'
import { writeBackup } from './backup/write-backup.ts'
import { ownPackage } from './command/own-package.ts'
import { type MachineDelivery, openMachineDelivery } from './compose-delivery.ts'
import { composeIntake } from './compose-intake.ts'
import { composeRunners, wallsOf } from './compose-runners.ts'
import { type ComposedSyslog, composeSyslog } from './compose-syslog.ts'
import type { Environment } from './environment.ts'
import { type Foundation, type Hearer, openFoundation } from './foundation.ts'
import { type Home, secretFile } from './home/home.ts'
import { startHousekeeping } from './housekeeping.ts'
import { installRoutes } from './http/routes/index.ts'
import { moveLines } from './lines/move-lines.ts'
import { Projects } from './project/projects.ts'
import { ownSandbox } from './run/job-sandbox.ts'
import { workSchedules } from './run/schedule-keeper.ts'
import type { ComposedRunners } from './runner/composed-runners.ts'
import { sayOnce } from './say-once.ts'
import { keyFile } from './secret/key-ring.ts'
import { takeUpEach } from './take-up.ts'

/** The control plane, wired and not yet listening. */
export interface ControlPlane {
  app: FastifyInstance
  signInLink: string
  /** Takes messages of syslog where the environment says. @throws GantryError PORT_IN_USE, BAD_REQUEST */
  listen(): Promise<void>
  /** Call once the address is known: what hands it on is finished here. */
  ready(ownUrl: string): Promise<void>
  /** Takes up what the last stop left: services, runs, checks, the sample's first push. Does not wait for them. */
  takeUp(): void
  stop(): Promise<void>
}

const dashboardDist = resolve(import.meta.dirname, '../../dashboard/dist')

/** The only place where the parts of the server meet; those of a project meet in `openProject`. */
export async function compose(environment: Environment, home: Home, hearer: Hearer): Promise<ControlPlane> {
  const say = sayOnce(hearer.say)
  const foundation = await openFoundation(environment, home, hearer)
  const { store, access, app, log } = foundation
  const stopping = new AbortController()
  const machine = openMachineDelivery(foundation)
  const runners = composeRunners(foundation, { find: name => projects.find(name), say })
  const sandbox = await ownSandbox(environment, wallsOf(environment, home), say)
  const projects = new Projects(foundation, { machine, runners, sandbox, say, stopping: stopping.signal })
  if (environment.project !== null) await projects.ensure(environment.project)
  await projects.openAll()
  const intake = composeIntake(foundation, name => projects.find(name))
  const packCommand = ownPackage(join(home.dir, 'command'))
  const backUp = backingUp(foundation, projects)
  const syslog = composeSyslog(foundation, { intake, projects })
  await installRoutes(app, {
    ...foundation,
    syslog: syslog.running,
    projects,
    runners,
    intake,
    packCommand,
    backUp,
    dashboardDist,
    requireProject: name => projects.require(name),
  })
  const owner = await ensureOwner(store, environment, foundation.now().toISOString())
  const keepToken = () => keepCommandToken({ ...foundation, sessions: store.access, dir: home.dir, personId: owner.id })
  await keepToken()
  const doesWork = environment.role !== 'web'
  const housekeeping = await startHousekeeping({ ...foundation, projects, keepToken, doesWork })
  if (doesWork) await workSchedules(foundation.queue, async name => (await projects.known(name))?.schedules ?? null)
  const tasks = takeUpTasks(foundation, { runners, projects, say, signal: stopping.signal })
  let takingUp: Promise<void> = Promise.resolve()
  return {
    app,
    signInLink: await access.newSignInLink(owner.id),
    listen: syslog.listen,
    async ready(ownUrl) {
      await foundation.moveTo(ownUrl)
      await projects.writeHooks()
    },
    takeUp() {
      takingUp = takeUpEach(log, say, tasks, stopping.signal)
    },
    async stop() {
      stopping.abort()
      // What begins after its end would find the database closed.
      await takingUp
      await stopParts({ foundation, syslog, housekeeping, projects, runners, machine })
    },
  }
}

interface TakenUp {
  runners: ComposedRunners
  projects: Projects
  say(line: string): void
  signal: AbortSignal
}

/** What the last stop left, by what it is called when it fails. */
const takeUpTasks = (
  { environment, exchange, movedTo, database, store, now }: Foundation,
  { runners, projects, say, signal }: TakenUp,
) => ({
  'the runner of this server': async () => runners.start(),
  // The embedded database has no other server.
  ...(environment.databaseUrl !== null && { 'what other servers ask': () => exchange.start() }),
  'the projects': async () => projects.takeUp(),
  ...(movedTo !== null && {
    'log lines of before': async () =>
      moveLines({
        ...{ former: formerLines(database), movedTo, signal, say, now },
        projects: (await store.projects.list()).map(({ name }) => name),
      }),
  }),
})

interface StoppedParts {
  foundation: Foundation
  syslog: ComposedSyslog
  housekeeping: { stop(): Promise<void> }
  projects: Projects
  runners: ComposedRunners
  machine: MachineDelivery
}

/** Whoever asks and works first, what they stand on last. */
async function stopParts({
  foundation,
  syslog,
  housekeeping,
  projects,
  runners,
  machine,
}: StoppedParts): Promise<void> {
  // What it still brings goes through all the others.
  await syslog.stop()
  await housekeeping.stop()
  await foundation.exchange.stop()
  await projects.stop()
  await runners.stop()
  await foundation.app.close()
  await foundation.intakeCounter.stop()
  await machine.stop()
  await foundation.queue.stop()
  await foundation.close()
}

const backingUp =
  ({ database, objects, dayFiles, environment, home, now }: Foundation, projects: Projects) =>
  async (out: Writable, withSecretKeys: boolean): Promise<void> => {
    for (const { commits, uploads } of projects.all()) {
      await commits?.sync()
      for (const runId of (await uploads?.runs()) ?? []) await uploads?.fetch(runId)
    }
    await writeBackup(
      {
        ...{ database, objects, dayFiles, now, scratch: home.dir },
        projects: projects.all().map(({ stored, folders }) => {
          return { name: stored.name, repository: folders.repository, uploads: folders.actionsArtifacts }
        }),
        // What is sealed with GANTRY_SECRET_KEY opens where that is set.
        keys:
          withSecretKeys && environment.secretKey === undefined
            ? { [secretKeysName]: keyFile(home.dir), [homeSecretName]: secretFile(home.dir) }
            : {},
      },
      out,
    )
  }
