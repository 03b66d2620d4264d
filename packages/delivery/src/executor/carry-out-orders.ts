import {
  type Attendance,
  GantryError,
  type HandedOrder,
  type NextOrder,
  type OrderProgress,
  type StepAnswer,
  type StepOutcome,
} from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import { stepFailed } from '../providers/step-outcome.ts'
import { performOrder, type StepClock } from './perform-order.ts'

/** The control plane, as a job knows it: about one deployment. */
export interface OrderSource {
  attend(): Promise<Attendance>
  next(version: number): Promise<NextOrder>
  renew(version: number, progress?: OrderProgress): Promise<{ name: string | null }>
  report(version: number, name: string, outcome: StepOutcome): Promise<void>
}

export interface JobParts {
  source: OrderSource
  /** All services of the config of an order, each with its provider. */
  bind(handed: HandedOrder): Promise<BoundService[]>
  /** What every step in this job is handed. */
  surroundings: Pick<StepContext, 'env' | 'artifacts' | 'cwd' | 'fetch' | 'log'>
  clock: StepClock
}

/** So long a provider may take to stop once its signal is aborted. */
const stopWithinMs = 10_000

/**
 * Carries out, in the job of a workflow, what the control plane hands out for one deployment, until there is nothing left.
 * A job that lost its lease stops what it does, and asks for it again: whatever it goes on with is what is wanted by then.
 * @throws GantryError LEASE_LOST when what it does cannot be stopped
 */
export async function carryOutOrders(parts: JobParts): Promise<void> {
  for (;;) {
    const attendance = await attendWhenFree(parts)
    if (attendance === null) return
    if (await attendToEnd(parts, attendance)) return
  }
}

/** Null when it is over. Another job that carries it out is waited for: if it dies, this one takes its place. */
async function attendWhenFree({ source, clock }: JobParts): Promise<Attendance | null> {
  for (;;) {
    try {
      return await source.attend()
    } catch (cause) {
      if (isCode(cause, 'ILLEGAL_TRANSITION')) return null
      if (!isCode(cause, 'DEPLOYMENT_ATTENDED')) throw cause
    }
    await clock.sleep(askAgainMs, new AbortController().signal)
  }
}

const askAgainMs = 2_000

/** Answers whether it came to its end; false when the lease was lost on the way. */
async function attendToEnd(parts: JobParts, { version, ttlMs, renewEveryMs }: Attendance): Promise<boolean> {
  const { source, clock } = parts
  const [lost, ended] = [new AbortController(), new AbortController()]
  const beating = beat(parts, { version, ttlMs, renewEveryMs }, lost, ended.signal)
  try {
    while (!lost.signal.aborted) {
      const next = await source.next(version)
      if (next.kind === 'ended') return true
      if (next.kind === 'wait') continue
      const { handed } = next
      const outcome = await Promise.race([
        carryOut(parts, { version, handed, signal: lost.signal }),
        stopped(clock, lost.signal),
      ])
      if (!lost.signal.aborted) await source.report(version, handed.name, outcome)
    }
    return false
  } catch (cause) {
    if (isCode(cause, 'LEASE_LOST') && !isUnstoppable(cause)) return false
    throw cause
  } finally {
    ended.abort()
    await beating
  }
}

/** Renews until it ended. The lease is lost when the server says so, and when the server is silent for as long as it lasts. */
async function beat(
  { source, clock }: JobParts,
  { version, ttlMs, renewEveryMs }: Attendance,
  lost: AbortController,
  ended: AbortSignal,
): Promise<void> {
  let renewedAt = clock.now().getTime()
  for (;;) {
    try {
      await clock.sleep(renewEveryMs, ended)
    } catch {
      return
    }
    try {
      await source.renew(version)
      renewedAt = clock.now().getTime()
    } catch (cause) {
      if (isCode(cause, 'LEASE_LOST') || clock.now().getTime() - renewedAt > ttlMs) return lost.abort()
    }
  }
}

async function carryOut(
  { bind, surroundings, clock, source }: JobParts,
  { version, handed, signal }: { version: number; handed: HandedOrder; signal: AbortSignal },
): Promise<StepOutcome> {
  const { name, order, facts } = handed
  const answers = new Map<string, StepAnswer>(Object.entries(handed.answers))
  const progress: StepContext['progress'] = async (text, answer) => {
    if (answer && order.step) answers.set(order.step.id, { ...answers.get(order.step.id), ...answer })
    surroundings.log(text)
    // What is stored is there again after a crash, so it is waited for; that the server is away for a moment fails nothing.
    await source.renew(version, { name, text, ...(answer && { answer }) }).catch(cause => {
      if (isCode(cause, 'LEASE_LOST')) throw cause
      surroundings.log(`not told to the server: ${cause instanceof Error ? cause.message : cause}`)
    })
  }
  try {
    const services = await bind(handed)
    const service = requireService(services, order.service)
    const contextOf = async (ending: AbortSignal): Promise<StepContext> => {
      const context: StepContext = {
        ...surroundings,
        answers: stepId => answers.get(stepId) ?? null,
        addressOf: other => addressIn(services, other, handed, context),
        signal: ending,
        now: clock.now,
        sleep: ms => clock.sleep(ms, ending),
        progress,
      }
      return context
    }
    return await performOrder(order, { service, facts, clock, signal, contextOf, log: surroundings.log })
  } catch (cause) {
    return stepFailed(cause instanceof Error ? cause.message : String(cause))
  }
}

function requireService(services: readonly BoundService[], name: string): BoundService {
  const service = services.find(each => each.name === name)
  if (service) return service
  throw new GantryError('CONFIG_INVALID', `there is no service "${name}"`)
}

/**
 * As the control plane knows it, else as the vendor of that service says: before a first deployment nothing was verified that
 * the control plane could know it by.
 */
async function addressIn(
  services: readonly BoundService[],
  name: string,
  { addresses, facts }: HandedOrder,
  context: StepContext,
): Promise<string | null> {
  const known = addresses[name]
  if (known !== undefined) return known
  const other = services.find(each => each.name === name)
  return other?.runsIn === 'job' ? other.address(facts, context) : null
}

/** Rejects when what goes on did not stop in time after the lease was lost. */
async function stopped(clock: StepClock, lost: AbortSignal): Promise<never> {
  await new Promise<void>(done => lost.addEventListener('abort', () => done(), { once: true }))
  await clock.sleep(stopWithinMs, new AbortController().signal)
  throw new GantryError('LEASE_LOST', 'what this job does cannot be stopped, and somebody else may go on with it', {
    unstoppable: true,
  })
}

const isCode = (cause: unknown, code: GantryError['code']): boolean =>
  cause instanceof GantryError && cause.code === code

const isUnstoppable = (cause: unknown): boolean => cause instanceof GantryError && cause.facts['unstoppable'] === true
