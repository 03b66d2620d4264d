import type { DeploymentKind, DeployStep, StepPhase } from '@gantry/core'
import type { PlannedStep } from '../providers/define-provider.ts'

/** A service's own steps, in its order, and what it waits for. */
export interface ServicePlan {
  service: string
  needs: string[]
  runsIn: 'server' | 'job'
  isPages: boolean
  steps: PlannedStep[]
}

/**
 * One plan for a release: first every preparation, then every migration, then services start behind those they need,
 * then requests are switched, needed services first and pages last; a rollback goes the other way round, so that no page ever
 * talks to an older API than it was made with. Whatever is no longer used is stopped at the end.
 */
export function orderSteps(plans: ServicePlan[], kind: DeploymentKind): DeployStep[] {
  const depths = depthsOf(plans)
  const waves = wavesOf(plans)
  const ranked = plans.flatMap(({ service, runsIn, steps }, index) => {
    const place = { index, depth: depths.get(service) ?? 0, wave: waves.get(service) ?? 0 }
    return steps.map(step => ({ step: plannedStep(step, runsIn), rank: rankOf(step, place, kind) }))
  })
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
  { index, depth, wave }: { index: number; depth: number; wave: number },
  kind: DeploymentKind,
): number[] {
  const phase = phases[step.phase]
  if (phase === phases.start) return [phase, depth, step.phase === 'start' ? 0 : 1, index]
  // What is taken away goes before what it needs.
  if (step.phase !== 'switch') return [phase, kind === 'removal' ? -index : index]
  return kind === 'rollback' ? [phase, -wave, -index] : [phase, wave, index]
}

/** 0 for what is switched before all pages, 1 for pages, and for whatever needs some. Plans come behind those they need. */
function wavesOf(plans: ServicePlan[]): Map<string, number> {
  const waves = new Map<string, number>()
  for (const { service, isPages, needs } of plans)
    waves.set(service, isPages || needs.some(needed => waves.get(needed) === 1) ? 1 : 0)
  return waves
}

/** How many services deep the needs of each go. Each is looked at once: ways through needs that share needs are countless. */
function depthsOf(plans: ServicePlan[]): Map<string, number> {
  const named = new Map(plans.map(plan => [plan.service, plan]))
  const depths = new Map<string, number>()
  const depthOf = (service: string): number => {
    const known = depths.get(service)
    if (known !== undefined) return known
    const depth = (named.get(service)?.needs ?? []).reduce(
      (deepest, needed) => Math.max(deepest, depthOf(needed) + 1),
      0,
    )
    depths.set(service, depth)
    return depth
  }
  for (const { service } of plans) depthOf(service)
  return depths
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
