import { advanceDeployment, type Deployment, type DeployStep } from '@gantry/core'
import type { BoundService, DeploymentFacts } from '../providers/bound-service.ts'
import { type StepContext, type StepFailure, type StepOutcome, stepFailed } from '../providers/define-provider.ts'
import { ask } from '../providers/local/process/health.ts'
import type { Journal } from './journal.ts'

/** A deployment with everything needed to carry it out. */
export interface Work {
  journal: Journal
  services: BoundService[]
  facts: DeploymentFacts
  contextOf(service: BoundService): Promise<StepContext>
  now(): string
  log(message: string): void
}

/**
 * Carries a plan out to its end: live, or failed with everything undone and the former release serving.
 * Steps done before (the plan was taken up again) are skipped.
 */
export async function carryOut(work: Work): Promise<Deployment> {
  const { journal, now } = work
  if (journal.now().state === 'planned') await journal.change(each => advanceDeployment(each, 'deploying', now()))
  const failure = (await performSteps(work)) ?? (await verify(work))
  if (failure === null) return journal.goLive(each => advanceDeployment(each, 'live', now()))
  await undo(work)
  return journal.change(each => advanceDeployment(each, { failed: failure }, now()))
}

/** Ends what the release before left behind. A failure is noted and harms nobody. */
export async function retireFormer(work: Work): Promise<void> {
  for (const step of work.journal.now().steps.filter(each => each.action === 'retire')) await performStep(work, step)
}

/** Null when all went well, else one sentence; what there is to read about it is with the step. */
async function performSteps(work: Work): Promise<string | null> {
  const steps = work.journal.now().steps.filter(step => step.action !== 'retire' && step.status !== 'done')
  for (const step of steps) {
    const outcome = await performStep(work, step)
    if (!outcome.ok) return failureOf(step, outcome)
  }
  return null
}

/** `backend did not turn healthy in 30 s: /healthz answered 503` */
function failureOf({ service, action }: DeployStep, { why, afterMs }: StepFailure): string {
  const time = afterMs === undefined ? '' : ` in ${afterMs / 1_000} s`
  return `${service} ${failed[action]}${time}: ${why}`
}

const failed: Record<DeployStep['action'], string> = {
  migrate: 'could not be migrated',
  prepare: 'could not be unpacked',
  start: 'could not be started',
  health: 'did not turn healthy',
  switch: 'could not be switched',
  retire: 'could not be stopped',
}

async function performStep(
  { journal, services, facts, contextOf, now, log }: Work,
  step: DeployStep,
): Promise<StepOutcome> {
  await journal.step(step.id, { status: 'running', startedAt: now(), finishedAt: null, detail: null })
  const service = services.find(each => each.name === step.service)
  let outcome: StepOutcome
  try {
    outcome = service
      ? await service.perform(step, facts, await contextOf(service))
      : stepFailed('the service is not in the config')
  } catch (cause) {
    log(`${step.id}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
    outcome = stepFailed(cause instanceof Error ? cause.message : String(cause))
  }
  const ended = outcome.ok
    ? { status: 'done' as const, detail: outcome.detail }
    : { status: 'failed' as const, detail: outcome.why, lines: outcome.lines }
  await journal.step(step.id, { ...ended, finishedAt: now() })
  return outcome
}

/** The way people take: each service must be healthy through its public address. */
async function verify({ journal, services, facts, contextOf, now }: Work): Promise<string | null> {
  if (journal.now().state === 'deploying') await journal.change(each => advanceDeployment(each, 'verifying', now()))
  for (const service of services.filter(each => !each.isStateful)) {
    const address = (await contextOf(service)).machine.proxies.address(facts.environment, service.name, facts.project)
    if (address === null) continue
    const { hostname, port } = new URL(address)
    const fault = await ask({ host: hostname, port: Number(port), path: service.config.health ?? null }, 5_000)
    if (fault !== '') return `${service.name} was switched, but through its public address ${fault}`
  }
  return null
}

/** Back to front: requests go back to the former release before the new processes end. Migrations stay. */
async function undo({ journal, services, facts, contextOf, log }: Work): Promise<void> {
  for (const step of journal.now().steps.toReversed()) {
    const service = services.find(each => each.name === step.service)
    if (step.status === 'planned') await journal.step(step.id, { status: 'skipped' })
    else if (service && (step.action === 'start' || step.action === 'switch')) {
      await service
        .undo(step, facts, await contextOf(service))
        .catch(cause => log(`${step.id} could not be undone: ${cause}`))
      if (step.status === 'done') await journal.step(step.id, { status: 'undone' })
    }
  }
}
