import type { DeploymentFacts, DeployStep, StepOrder, StepOutcome } from '@gantry/core'
import { envOfThen } from '../orchestrator/env-traces.ts'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import { stepDone, stepFailed } from '../providers/step-outcome.ts'

/** What time is for whoever carries out orders. */
export interface StepClock {
  now(): Date
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface OrderParts {
  service: BoundService
  facts: DeploymentFacts
  clock: StepClock
  /** Aborted when somebody else carries the deployment out by now. */
  signal: AbortSignal
  contextOf(signal: AbortSignal): Promise<StepContext>
  log(line: string): void
}

const usualLimitMs = 3_600_000
const askLimitMs = 120_000
const cancelLimitMs = 60_000

/** Asks the provider, and gives up what never ends: then the provider is asked to end what it began. */
export async function performOrder(order: StepOrder, parts: OrderParts): Promise<StepOutcome> {
  const limitMs = order.step === null ? askLimitOf(parts) : (order.step.limitMs ?? usualLimitMs)
  const { ended, isLate } = await within(limitMs, parts, signal => ask(order, parts, signal))
  if (!isLate) return ended
  if (order.act === 'perform') await cancel(order.step, parts)
  return { ok: false, why: 'it did not end', afterMs: limitMs, lines: [] }
}

/** A look at what was done may take as long as the longest step. */
const askLimitOf = ({ service, facts }: OrderParts): number =>
  Math.max(askLimitMs, ...service.plan(facts).map(step => step.limitMs ?? 0))

async function ask(order: StepOrder, parts: OrderParts, signal: AbortSignal): Promise<StepOutcome> {
  try {
    return await askProvider(order, parts, await parts.contextOf(signal))
  } catch (cause) {
    parts.log(`${order.act} ${order.step?.id ?? order.service}: ${textOf(cause)}`)
    return stepFailed(cause instanceof Error ? cause.message : String(cause))
  }
}

async function askProvider(order: StepOrder, parts: OrderParts, context: StepContext) {
  const { service, facts } = parts
  switch (order.act) {
    case 'perform':
      return service.perform(order.step, facts, context)
    case 'undo':
      return service.undo(order.step, facts, context)
    case 'verify': {
      const outcome = await service.verify(facts, context)
      if (!outcome.ok) return outcome
      const address = await service.address(facts, context)
      const env = await envOf(parts, context)
      return { ...outcome, answer: { ...outcome.answer, ...(address !== null && { address }), ...(env && { env }) } }
    }
    case 'can-restore': {
      const answer = await service.canRestore(facts, context)
      return answer.can ? stepDone() : stepFailed(answer.why)
    }
    case 'live': {
      const { release, detail } = await service.live(facts, context)
      return stepDone(detail, { release })
    }
  }
}

/** That a vendor does not tell them now, or late, takes nothing back that serves. */
async function envOf(parts: OrderParts, context: StepContext) {
  const { service, facts, log } = parts
  const then = envOfThen(service, facts)
  if (then) return then
  try {
    const asking = (signal: AbortSignal) => service.envOf(facts, { ...context, signal })
    const { ended, isLate } = await within(notingMs, parts, asking)
    if (!isLate) return ended
    log(`${service.name}: its variables could not be noted in ${notingMs / 1_000} s`)
    return null
  } catch (cause) {
    log(`${service.name}: its variables could not be noted: ${textOf(cause)}`)
    return null
  }
}

async function cancel(step: DeployStep, parts: OrderParts): Promise<void> {
  const { service, facts, contextOf, log } = parts
  await within(cancelLimitMs, parts, async signal => {
    try {
      await service.cancel(step, facts, await contextOf(signal))
    } catch (cause) {
      log(`${step.id} could not be cancelled: ${textOf(cause)}`)
    }
  })
}

/** A vendor that says to come back later is not waited for: what serves has been proved by then. */
const notingMs = 30_000

type Within<T> = { isLate: false; ended: T } | { isLate: true; ended?: never }

/** Whatever it does after that time is nobody's any more: its signal is aborted. */
async function within<T>(
  limitMs: number,
  { clock, signal }: Pick<OrderParts, 'clock' | 'signal'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Within<T>> {
  const [late, ended] = [new AbortController(), new AbortController()]
  const limit = clock.sleep(limitMs, ended.signal).then(
    (): Within<T> => ({ isLate: true }),
    () => new Promise<Within<T>>(() => {}),
  )
  const working = work(AbortSignal.any([signal, late.signal])).then(
    (value): Within<T> => ({ isLate: false, ended: value }),
  )
  const first = await Promise.race([working, limit])
  if (first.isLate) late.abort()
  else ended.abort()
  return first
}

const textOf = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
