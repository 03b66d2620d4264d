import type { DeployStep, StepPhase } from '@gantry/core'
import type { PlannedStep } from '../providers/define-provider.ts'

/** A service's own steps, in its order, and what it waits for. */
export interface ServicePlan {
  service: string
  needs: string[]
  runsIn: 'server' | 'job'
  steps: PlannedStep[]
}

/**
 * One plan for a release: first every preparation, then every migration, then services start behind those they need,
 * then requests are switched, needed services first; a rollback switches them last, so that no page ever talks to an
 * older API than it was made with. Whatever is no longer used is stopped at the end.
 */
export function orderSteps(plans: ServicePlan[], kind: 'deploy' | 'rollback'): DeployStep[] {
  const ranked = plans.flatMap((plan, index) =>
    plan.steps.map(step => ({
      step: plannedStep(step, plan.runsIn),
      rank: rankOf(step, plan.service, index, plans, kind),
    })),
  )
  return ranked.toSorted((a, b) => compare(a.rank, b.rank)).map(({ step }) => step)
}

/** Nothing is migrated for a release that cannot be prepared. A service turns healthy before those that need it start. */
const phases: Record<StepPhase, number> = {
  prepare: 0,
  migrate: 1,
  start: 2,
  verify: 2,
  switch: 3,
  retire: 4,
}

function rankOf(
  step: PlannedStep,
  service: string,
  index: number,
  plans: ServicePlan[],
  kind: 'deploy' | 'rollback',
): number[] {
  const phase = phases[step.phase]
  if (phase === phases.start) return [phase, depthOf(service, plans), step.phase === 'start' ? 0 : 1, index]
  return [phase, step.phase === 'switch' && kind === 'rollback' ? -index : index]
}

/** How many services deep its needs go. */
function depthOf(service: string, plans: ServicePlan[]): number {
  const needs = plans.find(plan => plan.service === service)?.needs ?? []
  return needs.reduce((deepest, needed) => Math.max(deepest, depthOf(needed, plans) + 1), 0)
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** A step of a plan, before anything of it is done. */
export const plannedStep = (step: PlannedStep, runsIn: 'server' | 'job'): DeployStep => ({
  ...step,
  ...(runsIn === 'job' && { runsIn }),
  status: 'planned',
  startedAt: null,
  finishedAt: null,
  detail: null,
})

/**
 * The plan made anew after a crash: what left lasting results is not done again, processes of this server are gone and are.
 * What a step was answered half-way stays with it.
 */
export function takeUp(fresh: DeployStep[], before: DeployStep[]): DeployStep[] {
  return fresh.map(step => {
    const former = before.find(each => each.id === step.id)
    const lasts = step.runsIn === 'job' || step.phase === 'migrate' || step.phase === 'prepare'
    if (lasts && former?.status === 'done') return former
    return former?.answer ? { ...step, answer: former.answer } : step
  })
}
