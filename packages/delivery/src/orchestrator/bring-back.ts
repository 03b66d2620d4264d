import { type DeployStep, shortSha } from '@gantry/core'
import { inServer } from '../executor/in-server.ts'
import type { BoundService } from '../providers/bound-service.ts'
import type { EnvironmentState, Placed } from './environments.ts'
import { type Prepared, prepareWork } from './open-work.ts'
import { plannedStep } from './order-steps.ts'
import type { Inside } from './parts.ts'

const retryMs = 5_000

/** Makes a release that was live serve again after a start, without any row. What runs elsewhere never stopped. */
export async function bringBack(inside: Inside, state: EnvironmentState, placed: Placed): Promise<void> {
  const prepared = await prepareWork(inside, state, placed, 'deploy')
  state.live = placed
  for (const level of levelsOf(prepared.services)) {
    const here = level.filter(({ runsIn }) => runsIn === 'server')
    await Promise.all(here.map(service => restore(inside, state, prepared, service)))
  }
}

/** What does not come back at once is tried again, as long as it is what should be live. */
async function restore(
  inside: Inside,
  state: EnvironmentState,
  prepared: Prepared,
  service: BoundService,
): Promise<void> {
  const { parts, isStopping, clock } = inside
  const { release } = prepared.facts
  const signal = new AbortController().signal
  const executor = inServer({ ...prepared, clock, signal, log: parts.log }, () => null)
  const steps = service.plan(prepared.facts).map(step => plannedStep(step, 'server'))
  const tryOnce = () =>
    performAll(steps, step =>
      executor.carryOut({ act: 'perform', service: service.name, step }, service, async () => {}),
    )
  const goOnTrying = async (): Promise<void> => {
    await clock.sleep(retryMs, signal)
    if (isStopping(state.project) || state.live?.release.id !== release.id) return
    if ((await tryOnce()) !== null) await goOnTrying()
  }
  const fault = await tryOnce()
  if (fault === null) return
  const what = `${service.name} ${shortSha(release.id)} did not come back in ${state.environment}`
  parts.log(`${what}, it is tried again: ${fault}`)
  void goOnTrying()
}

/** Null when all went well, else why the first one did not. */
async function performAll(
  [step, ...others]: DeployStep[],
  perform: (step: DeployStep) => Promise<{ ok: true } | { ok: false; why: string }>,
): Promise<string | null> {
  if (step === undefined) return null
  const outcome = await perform(step)
  return outcome.ok ? performAll(others, perform) : outcome.why
}

/** Services that can start at the same time, those that others need first. */
function levelsOf(services: BoundService[]): BoundService[][] {
  const levels: BoundService[][] = []
  const placed = new Set<string>()
  while (placed.size < services.length) {
    const level = services.filter(each => !placed.has(each.name) && each.config.needs.every(name => placed.has(name)))
    if (level.length === 0) return [...levels, services.filter(each => !placed.has(each.name))]
    for (const each of level) placed.add(each.name)
    levels.push(level)
  }
  return levels
}
