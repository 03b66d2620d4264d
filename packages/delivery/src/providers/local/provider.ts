import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GantryError, type StepOutcome, type StepPhase, shortSha } from '@gantry/core'
import { withValues } from '@gantry/core/config'
import { defineProvider, type PlannedStep, type ServiceFacts } from '../define-provider.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { tracesOfValues } from '../value-traces.ts'
import type { LocalContext } from './local-host.ts'
import type { Machine } from './machine.ts'
import { migrate } from './postgres/migrate.ts'
import { ask } from './process/health.ts'
import type { Launch, ServiceId } from './services.ts'
import { type LocalSettings, local, namesOfMachine } from './settings.ts'

type Facts = ServiceFacts<LocalSettings>

const addressTimeoutMs = 5_000

/** Runs services on this machine: no account, no container. The reference for all providers. */
export const provider = defineProvider<typeof local, LocalContext>(local, {
  kindOf: settings => settings.kind,
  isStateful: settings => settings.kind === 'postgres',
  migrationsIn: settings => (settings.kind === 'postgres' ? settings.migrations : null),
  capabilities: ({ kind }) => ({
    ...{ runsIn: 'server', keepsFormer: true, artifact: 'store', restoresEnv: true },
    isPages: kind === 'static',
  }),
  plan: facts => (facts.settings.kind === 'postgres' ? planDatabase(facts) : planService(facts)),
  async perform(step, facts, context) {
    const act = performers[step.kind]
    return act ? act(facts, context) : stepFailed(`there is no step ${step.kind}`)
  },
  async undo(step, facts, { machine }) {
    if (step.kind === 'start') await machine.services.stop(idOf(facts))
    if (step.kind === 'switch') pointTo(facts, facts.former, machine)
    return stepDone()
  },
  // Its health check gives up by itself, and `undo` ends the process.
  cancel: async () => {},
  async verify(facts, { machine }) {
    const address = machine.proxies.address(facts.environment, facts.service, facts.project)
    if (address === null) return stepDone()
    const { hostname, port } = new URL(address)
    const target = { host: hostname, port: Number(port), path: facts.config.health ?? null }
    const fault = await ask(target, addressTimeoutMs)
    return fault === '' ? stepDone() : stepFailed(`through its public address ${fault}`)
  },
  address: async ({ environment, service, project }, { machine }) =>
    machine.proxies.address(environment, service, project),
  async live(facts, { machine }) {
    const release = machine.proxies.get(facts)?.release() ?? null
    return { release, detail: release === null ? 'nothing serves' : `${shortSha(release)} serves` }
  },
  async envOf({ settings, envSalt }, { serviceEnv, ofMachine, env }) {
    if (settings.kind === 'postgres') return {}
    const own = Object.fromEntries(Object.entries(serviceEnv).filter(([name]) => !ofMachine.includes(name)))
    if (settings.kind === 'node') return tracesOfValues(envSalt, { ...own, ...filledIn(settings.env, env) })
    return tracesOfValues(envSalt, pick(own, settings.publicEnv))
  },
  async canRestore(facts, { machine, artifacts }) {
    if (facts.settings.kind === 'postgres' || machine.services.address(idOf(facts)) !== null) return { can: true }
    const artifact = facts.release.artifacts.find(each => each.service === facts.service)
    if (artifact && (await artifacts.has(artifact.digest))) return { can: true }
    return { can: false, why: `the built files of ${shortSha(facts.release.id)} are gone` }
  },
  previews: { refusal: () => null, removal: planRemoval },
})

/** Processes, files, ports and databases of each environment are its own, so that nothing of another one goes with it. */
function planRemoval({ service, environment, settings }: Facts): PlannedStep[] {
  const what =
    settings.kind === 'postgres' ? `drop the database ${service} of ${environment}` : `end ${service} of ${environment}`
  return [{ id: `${service}.remove`, service, kind: 'remove', phase: 'retire', undoable: false, summary: what }]
}

/** A rollback leaves the data and the schema as they are. */
function planDatabase({ service, kind, release }: Facts): PlannedStep[] {
  if (kind === 'rollback') return []
  const count = release.migrations.length
  const summary = `bring ${service} to the schema of ${shortSha(release.id)} (${count} migration${count === 1 ? '' : 's'})`
  return [{ id: `${service}.migrate`, service, kind: 'migrate', phase: 'migrate', undoable: false, summary }]
}

function planService({ service, release, former, isKept, retire }: Facts): PlannedStep[] {
  const short = shortSha(release.id)
  const step = (kind: string, phase: StepPhase, summary: string): PlannedStep => ({
    id: `${service}.${kind}`,
    service,
    kind,
    phase,
    undoable: phase === 'start' || phase === 'switch',
    summary,
  })
  const started = [
    step('prepare', 'prepare', `unpack ${service} ${short}`),
    step('start', 'start', `start ${service} ${short} beside ${former ? shortSha(former) : 'nothing'}`),
    step('health', 'verify', `wait until ${service} ${short} is healthy`),
  ]
  return [
    ...(isKept ? [] : started),
    step('switch', 'switch', `send requests for ${service} to ${short}`),
    ...retire.map(old => ({
      ...step('retire', 'retire', `stop ${service} ${shortSha(old)}`),
      id: `${service}.retire.${shortSha(old)}`,
    })),
  ]
}

const performers: Record<string, (facts: Facts, context: LocalContext) => Promise<StepOutcome>> = {
  async migrate(facts, { machine }) {
    const url = await machine.databases.open(facts)
    try {
      const { applied } = await migrate(url, facts.release.migrations)
      return stepDone(applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`)
    } catch (cause) {
      if (cause instanceof GantryError) return stepFailed(`${cause.code}: ${cause.message}`)
      throw cause
    }
  },
  async prepare(facts, { machine, artifacts }) {
    const artifact = facts.release.artifacts.find(each => each.service === facts.service)
    if (!artifact) return stepFailed(`the release has no artifact of ${facts.service}`)
    await artifacts.unpack(artifact.digest, machine.folder(idOf(facts)))
    return stepDone(artifact.digest)
  },
  async start(facts, context) {
    const hidden = namesOfMachine(facts.settings).filter(name => context.env[name] === undefined)
    if (hidden.length > 0) return stepFailed(notGiven(facts.service, facts.environment, hidden))
    await context.machine.services.start(idOf(facts), await launchOf(facts, context))
    return stepDone(`port ${context.machine.services.address(idOf(facts))?.port}`)
  },
  async health(facts, { machine }) {
    const health = await machine.services.awaitHealthy(idOf(facts), facts.config.health ?? null)
    if (health.isHealthy) return stepDone(`healthy after ${health.afterMs} ms`)
    const { why, afterMs, lastLines } = health
    return { ok: false, why, ...(afterMs !== undefined && { afterMs }), lines: lastLines }
  },
  async switch(facts, { machine }) {
    return pointTo(facts, facts.release.id, machine)
      ? stepDone(machine.proxies.address(facts.environment, facts.service, facts.project))
      : stepFailed(`${facts.service} ${shortSha(facts.release.id)} does not run`)
  },
  async retire(facts, { machine }) {
    for (const release of facts.retire) {
      await machine.proxies.get(facts)?.drained(release)
      await machine.services.stop({ ...idOf(facts), release })
    }
    return stepDone()
  },
  async remove(facts, { machine }) {
    await machine.remove(facts)
    return stepDone('nothing of it is left on this machine')
  },
}

function pointTo(facts: Facts, release: string | null, machine: Machine): boolean {
  const address = release === null ? null : machine.services.address({ ...idOf(facts), release })
  machine.proxies.get(facts)?.point(address && release ? { ...address, release } : null)
  return address !== null
}

async function launchOf(
  { settings, ...facts }: Facts,
  { env, serviceEnv, machine, addressOf }: LocalContext,
): Promise<Launch> {
  const folder = machine.folder({ ...facts, release: facts.release.id })
  if (settings.kind === 'node') {
    const args = ['--enable-source-maps', join(folder, settings.entry)]
    return { args, cwd: folder, env: { ...serviceEnv, ...filledIn(settings.env, env) }, withChannel: false }
  }
  if (settings.kind !== 'static') throw new GantryError('INTERNAL', `${facts.service} is not started`)
  const rewrites = await Promise.all(
    Object.entries(settings.rewrites).map(async ([pattern, service]) => [pattern, (await addressOf(service)) ?? '']),
  )
  const publicEnv = settings.publicEnv.map(name => [name, serviceEnv[name] ?? ''])
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

const pick = (env: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])))

const filledIn = (own: Record<string, string>, values: LocalContext['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(own).map(([name, value]) => [name, withValues(value, values)]))

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
