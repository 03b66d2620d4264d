import type { WayBackLook, WayBackQuestions } from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import type { StepClock } from './perform-order.ts'

type Question = WayBackQuestions['questions'][number]
/** What a vendor said; when is the server's to note. */
export type AskedLook = Omit<WayBackLook, 'at'>

export interface WayBackParts {
  /** The services of a question's config, with their providers. */
  bind(question: Question): Promise<BoundService[]>
  /** Variables that a service's vendor is asked with and that this job does not have. */
  missing(service: BoundService): readonly string[]
  surroundings: Pick<StepContext, 'env' | 'artifacts' | 'cwd' | 'fetch' | 'log'>
  clock: StepClock
}

const askLimitMs = 120_000

/**
 * Asks, in the job that holds the credentials, whether releases can be put back. A vendor that says no is one thing, and one that
 * could not be asked another: nobody is to go without a way back because a vendor was out of order for a moment.
 */
export async function askWayBack({ questions }: WayBackQuestions, parts: WayBackParts): Promise<AskedLook[]> {
  const looks: AskedLook[] = []
  for (const question of questions) {
    const services = await parts.bind(question)
    for (const service of services.filter(({ name }) => question.services.includes(name)))
      looks.push({
        service: service.name,
        release: question.facts.release.id,
        ...(await ask(service, question, parts)),
      })
  }
  return looks
}

async function ask(
  service: BoundService,
  { facts, addresses }: Question,
  parts: WayBackParts,
): Promise<Pick<WayBackLook, 'state' | 'why'>> {
  const missing = parts.missing(service)
  if (missing.length > 0) return { state: 'unknown', why: `the job has no ${missing.join(', ')}` }
  const { clock, surroundings } = parts
  const late = new AbortController()
  const ended = new AbortController()
  const context: StepContext = {
    ...surroundings,
    ...{ answers: () => null, addressOf: async name => addresses[name] ?? null, signal: late.signal, now: clock.now },
    sleep: ms => clock.sleep(ms, late.signal),
    progress: async () => {},
  }
  const limit = clock.sleep(askLimitMs, ended.signal).then(
    () => late.abort(new Error(`it did not answer in ${askLimitMs / 1_000} s`)),
    () => undefined,
  )
  const givenUp = new Promise<never>((_, fail) => {
    late.signal.addEventListener('abort', () => fail(late.signal.reason), { once: true })
  })
  try {
    const answer = await Promise.race([service.canRestore(facts, context), givenUp])
    return answer.can ? { state: 'can', why: null } : { state: 'cannot', why: answer.why.slice(0, 500) }
  } catch (cause) {
    return { state: 'unknown', why: (cause instanceof Error ? cause.message : String(cause)).slice(0, 500) }
  } finally {
    ended.abort()
    await limit
  }
}
