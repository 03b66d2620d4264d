import {
  advanceDeployment,
  type Deployment,
  type DeployStep,
  EnvFingerprint,
  type StepFailure,
  type StepOutcome,
  type StepPhase,
} from '@gantry/core'
import { takeAway } from './take-away.ts'
import { undo } from './undo.ts'
import { answersOf, ask, type Work } from './work.ts'

/**
 * Carries a plan out to its end: live, or failed with everything undone and the former release serving.
 * Steps done before (the plan was taken up again) are skipped.
 */
export async function carryOut(work: Work): Promise<Deployment> {
  const { journal, now } = work
  if (journal.now().state === 'planned') await journal.change(each => advanceDeployment(each, 'deploying', now()))
  if (journal.now().kind === 'removal') return takeAway(work, step => performStep(work, step))
  const failure = journal.now().undoing ?? (await goForward(work))
  if (failure === null) return journal.goLive(each => advanceDeployment(each, 'live', now()))
  // Written first: a server that starts anew goes on with the undoing, not with the deployment.
  await journal.change(each => ({ ...each, undoing: failure }))
  const left = await undo(work)
  const said = left === null ? failure : `${failure}; ${left}`
  return journal.change(({ undoing: _, ...each }) => advanceDeployment(each, { failed: said }, now()))
}

/** Null when the release serves, else one sentence; what there is to read about it is with the step. */
async function goForward(work: Work): Promise<string | null> {
  return (await requireRestorable(work)) ?? (await performSteps(work)) ?? (await verify(work))
}

/** Ends what the release before left behind. A failure is noted and harms nobody. */
export async function retireFormer(work: Work): Promise<void> {
  for (const step of work.journal.now().steps.filter(each => each.phase === 'retire')) await performStep(work, step)
}

/** Before anything of a rollback is done: what cannot be put back whole is not begun. */
async function requireRestorable(work: Work): Promise<string | null> {
  const { kind, steps } = work.journal.now()
  if (kind === 'deploy' || steps.some(({ status }) => status === 'done')) return null
  for (const service of work.services.filter(each => !each.isStateful)) {
    const outcome = await ask(work, { act: 'can-restore', service: service.name, step: null })
    if (!outcome.ok) return `${service.name} cannot be put back: ${outcome.why}`
  }
  return null
}

async function performSteps(work: Work): Promise<string | null> {
  const steps = work.journal.now().steps.filter(step => step.phase !== 'retire' && step.status !== 'done')
  for (const step of steps) {
    const outcome = await performStep(work, step)
    if (!outcome.ok) return failureOf(step, outcome)
  }
  return null
}

/** `backend did not turn healthy in 30 s: /healthz answered 503` */
function failureOf({ service, phase }: DeployStep, { why, afterMs }: StepFailure): string {
  const time = afterMs === undefined ? '' : ` in ${afterMs / 1_000} s`
  return `${service} ${failed[phase]}${time}: ${why}`
}

const failed: Record<StepPhase, string> = {
  prepare: 'could not be prepared',
  migrate: 'could not be migrated',
  start: 'could not be started',
  verify: 'did not turn healthy',
  switch: 'could not be switched',
  retire: 'could not be stopped',
}

async function performStep(work: Work, step: DeployStep): Promise<StepOutcome> {
  const { journal, now } = work
  await journal.step(step.id, { status: 'running', startedAt: now(), finishedAt: null, detail: null })
  const outcome = await ask(work, { act: 'perform', service: step.service, step })
  const ended = outcome.ok
    ? { status: 'done' as const, detail: outcome.detail }
    : { status: 'failed' as const, detail: outcome.why, lines: outcome.lines }
  const answer = outcome.answer && { answer: { ...answersOf(journal.now())(step.id), ...outcome.answer } }
  await journal.step(step.id, { ...ended, ...answer, finishedAt: now() })
  return outcome
}

const Traces = EnvFingerprint.valueType

/** The way people take: each service must answer through its public address. */
async function verify(work: Work): Promise<string | null> {
  const { journal, services, now } = work
  if (journal.now().state === 'deploying') await journal.change(each => advanceDeployment(each, 'verifying', now()))
  const addresses: Record<string, string> = {}
  const env: EnvFingerprint = {}
  for (const service of services.filter(each => !each.isStateful)) {
    const outcome = await ask(work, { act: 'verify', service: service.name, step: null })
    if (!outcome.ok) return `${service.name} was switched, but ${outcome.why}`
    const address = outcome.answer?.['address']
    if (typeof address === 'string') addresses[service.name] = address
    const traces = Traces.safeParse(outcome.answer?.['env'])
    if (traces.success) env[service.name] = traces.data
  }
  await journal.change(each => ({ ...each, addresses, env }))
  return null
}
