import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GantryError, shortSha } from '@gantry/core'
import { withValues } from '@gantry/core/config'
import {
  defineProvider,
  type PlannedStep,
  type ServiceFacts,
  type StepContext,
  type StepOutcome,
  stepFailed,
} from '../define-provider.ts'
import { migrate } from './postgres/migrate.ts'
import type { Launch, ServiceId } from './services.ts'
import { type LocalSettings, local, namesOfMachine } from './settings.ts'

type Facts = ServiceFacts<LocalSettings>

/** Runs services on this machine: no account, no container. */
export const provider = defineProvider(local, {
  kindOf: settings => settings.kind,
  isStateful: settings => settings.kind === 'postgres',
  migrationsIn: settings => (settings.kind === 'postgres' ? settings.migrations : null),
  plan: facts => (facts.settings.kind === 'postgres' ? planDatabase(facts) : planService(facts)),
  perform: (step, facts, context) => performers[step.action](facts, context),
  async undo(step, facts, { machine }) {
    if (step.action === 'start') await machine.services.stop(idOf(facts))
    if (step.action === 'switch') pointTo(facts, facts.former, machine)
  },
  async restore(facts, context) {
    for (const action of facts.settings.kind === 'postgres' ? restoreDatabase : restoreService) {
      const outcome = await performers[action](facts, context)
      if (!outcome.ok) return outcome
    }
    return done(null)
  },
})

const restoreDatabase = ['migrate'] as const
const restoreService = ['prepare', 'start', 'health', 'switch'] as const

/** A rollback leaves the data and the schema as they are. */
function planDatabase({ service, kind, release }: Facts): PlannedStep[] {
  if (kind === 'rollback') return []
  const count = release.migrations.length
  const summary = `bring ${service} to the schema of ${shortSha(release.id)} (${count} migration${count === 1 ? '' : 's'})`
  return [{ id: `${service}.migrate`, service, action: 'migrate', summary }]
}

function planService({ service, release, former, isKept, retire }: Facts): PlannedStep[] {
  const short = shortSha(release.id)
  const step = (action: PlannedStep['action'], summary: string): PlannedStep => ({
    id: `${service}.${action}`,
    service,
    action,
    summary,
  })
  const started = [
    step('prepare', `unpack ${service} ${short}`),
    step('start', `start ${service} ${short} beside ${former ? shortSha(former) : 'nothing'}`),
    step('health', `wait until ${service} ${short} is healthy`),
  ]
  return [
    ...(isKept ? [] : started),
    step('switch', `send requests for ${service} to ${short}`),
    ...retire.map(old => ({
      ...step('retire', `stop ${service} ${shortSha(old)}`),
      id: `${service}.retire.${shortSha(old)}`,
    })),
  ]
}

const done = (detail: string | null): StepOutcome => ({ ok: true, detail })

const performers: Record<PlannedStep['action'], (facts: Facts, context: StepContext) => Promise<StepOutcome>> = {
  async migrate(facts, { machine }) {
    const url = await machine.databases.open(facts)
    try {
      const { applied } = await migrate(url, facts.release.migrations)
      return done(applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`)
    } catch (cause) {
      if (cause instanceof GantryError) return stepFailed(`${cause.code}: ${cause.message}`)
      throw cause
    }
  },
  async prepare(facts, { machine, artifacts }) {
    const artifact = facts.release.artifacts.find(each => each.service === facts.service)
    if (!artifact) return stepFailed(`the release has no artifact of ${facts.service}`)
    await artifacts.unpack(artifact.digest, machine.folder(idOf(facts)))
    return done(artifact.digest)
  },
  async start(facts, context) {
    const hidden = namesOfMachine(facts.settings).filter(name => context.machineEnv[name] === undefined)
    if (hidden.length > 0) return stepFailed(notGiven(facts.service, facts.environment, hidden))
    await context.machine.services.start(idOf(facts), launchOf(facts, context))
    return done(`port ${context.machine.services.address(idOf(facts))?.port}`)
  },
  async health(facts, { machine }) {
    const health = await machine.services.awaitHealthy(idOf(facts), facts.config.health ?? null)
    if (health.isHealthy) return done(`healthy after ${health.afterMs} ms`)
    const { why, afterMs, lastLines } = health
    return { ok: false, why, ...(afterMs !== undefined && { afterMs }), lines: lastLines }
  },
  async switch(facts, { machine }) {
    return pointTo(facts, facts.release.id, machine)
      ? done(machine.proxies.address(facts.environment, facts.service, facts.project))
      : stepFailed(`${facts.service} ${shortSha(facts.release.id)} does not run`)
  },
  async retire(facts, { machine }) {
    for (const release of facts.retire) {
      await machine.proxies.get(facts)?.drained(release)
      await machine.services.stop({ ...idOf(facts), release })
    }
    return done(null)
  },
}

function pointTo(facts: Facts, release: string | null, machine: StepContext['machine']): boolean {
  const address = release === null ? null : machine.services.address({ ...idOf(facts), release })
  machine.proxies.get(facts)?.point(address && release ? { ...address, release } : null)
  return address !== null
}

function launchOf({ settings, ...facts }: Facts, { env, machineEnv, machine, addressOf }: StepContext): Launch {
  const folder = machine.folder({ ...facts, release: facts.release.id })
  if (settings.kind === 'node') {
    const args = ['--enable-source-maps', join(folder, settings.entry)]
    return { args, cwd: folder, env: { ...env, ...filledIn(settings.env, machineEnv) }, withChannel: false }
  }
  if (settings.kind !== 'static') throw new GantryError('INTERNAL', `${facts.service} is not started`)
  const rewrites = Object.entries(settings.rewrites).map(([pattern, service]) => [pattern, addressOf(service) ?? ''])
  const publicEnv = settings.publicEnv.map(name => [name, env[name] ?? ''])
  const options = {
    root: folder,
    spa: settings.spa,
    rewrites: Object.fromEntries(rewrites),
    publicEnv: Object.fromEntries(publicEnv),
  }
  return { args: [staticServer, JSON.stringify(options)], cwd: folder, env: {}, withChannel: true }
}

/** The config is whoever's who wrote the commit: it gets what an owner set for the environment or hands out, by name. */
const notGiven = (service: string, environment: string, names: string[]): string =>
  `the config gives ${names.join(', ')} to ${service}, and nobody set it: gantry secrets set ${names[0]} --environment ${environment}`

const filledIn = (own: Record<string, string>, machineEnv: StepContext['machineEnv']): Record<string, string> =>
  Object.fromEntries(Object.entries(own).map(([name, value]) => [name, withValues(value, machineEnv)]))

const staticServer = fileURLToPath(import.meta.resolve('./static/static-server.ts'))

const idOf = ({
  project,
  environment,
  service,
  release,
}: Pick<Facts, 'project' | 'environment' | 'service' | 'release'>): ServiceId => ({
  project,
  environment,
  service,
  release: release.id,
})
