import { askedPauseMs } from './retry-hints.ts'

/** What a provider does at a vendor is done with these alone: no global clock, no global fetch. */
export interface VendorWorld {
  fetch: typeof fetch
  now(): Date
  sleep(ms: number): Promise<void>
  /** Ends what is under way. */
  signal: AbortSignal
  log(text: string): void
}

export interface Patience {
  /** How often a request is sent at most. */
  tries?: number
  /** How long is waited at most for the vendor to be ready for the next request. */
  longestPauseMs?: number
  /** How long one answer may take, its body included; what is sent gets a second more for each 100 KB. */
  answerMs?: number
  /** Which requests do no harm when they are sent twice; those that only read, when left out. */
  mayRepeat?(request: Request): boolean
}

/** The answer to a request never came whole. */
export class NoAnswer extends Error {
  /** Whether the request may have arrived. */
  readonly mayBeDone: boolean

  constructor(message: string, mayBeDone: boolean, options?: ErrorOptions) {
    super(message, options)
    this.mayBeDone = mayBeDone
  }
}

/**
 * A `fetch` that waits as long as the vendor asks, and sends again what can do no harm twice, and any
 * that the vendor says it did not take (429, 503 with a time to come back). What may have been done is never sent again: who asked
 * looks whether it was. An answer is read whole, so that a body which never ends is an answer that never came.
 * @throws NoAnswer
 */
export function patientFetch(world: VendorWorld, patience: Patience = {}): (request: Request) => Promise<Response> {
  const { tries = 6, longestPauseMs = 120_000, answerMs = 30_000, mayRepeat = onlyReads } = patience
  return async request => {
    const body = request.body === null ? null : await request.arrayBuffer()
    for (let tried = 1; ; tried += 1) {
      const outcome = await sendOnce(world, request, body, answerMs + Math.ceil((body?.byteLength ?? 0) / bytesPerMs))
      const pauseMs =
        outcome instanceof Response
          ? pauseAfter(outcome, mayRepeat(request), tried, world)
          : pauseAfterNone(outcome, mayRepeat(request), tried)
      if (pauseMs === null || tried >= tries || pauseMs > longestPauseMs) {
        if (outcome instanceof Response) return outcome
        throw outcome
      }
      world.log(
        `${request.method} ${new URL(request.url).pathname}: ${said(outcome)}; again in ${Math.ceil(pauseMs / 1_000)} s`,
      )
      await world.sleep(pauseMs)
      world.signal.throwIfAborted()
    }
  }
}

const bytesPerMs = 100

async function sendOnce(
  world: VendorWorld,
  request: Request,
  body: ArrayBuffer | null,
  answerMs: number,
): Promise<Response | NoAnswer> {
  world.signal.throwIfAborted()
  const signal = AbortSignal.any([world.signal, request.signal, AbortSignal.timeout(answerMs)])
  try {
    const { method, headers } = request
    const answer = await world.fetch(request.url, { method, headers, body, signal })
    const bytes = await answer.arrayBuffer()
    return new Response(bytes.byteLength === 0 ? null : bytes, answer)
  } catch (cause) {
    world.signal.throwIfAborted()
    const reason = cause instanceof Error ? cause : new Error(String(cause))
    if (reason.name === 'TimeoutError') return new NoAnswer(`no whole answer in ${answerMs / 1_000} s`, true, { cause })
    const below = reason.cause instanceof Error ? reason.cause : reason
    return new NoAnswer(below.message || reason.message, !neverArrived.has(codeOf(below)), { cause })
  }
}

/** Faults of the way there: the vendor saw nothing. */
const neverArrived = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])
const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

const onlyReads = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

/** Null when the answer is the last word. */
function pauseAfter(answer: Response, mayRepeat: boolean, tried: number, { now }: VendorWorld): number | null {
  const asked = askedPauseMs(answer.headers, now())
  if (answer.status === 429) return asked ?? growingPauseMs(tried)
  if (answer.status === 503 && asked !== null) return asked
  const isPassing = answer.status === 408 || answer.status >= 500
  return isPassing && mayRepeat ? (asked ?? growingPauseMs(tried)) : null
}

const pauseAfterNone = ({ mayBeDone }: NoAnswer, mayRepeat: boolean, tried: number): number | null =>
  mayRepeat || !mayBeDone ? growingPauseMs(tried) : null

/** 1, 2, 4, 8, then 15 s. */
const growingPauseMs = (tried: number): number => Math.min(15_000, 1_000 * 2 ** (tried - 1))

const said = (outcome: Response | NoAnswer): string =>
  outcome instanceof Response ? `answered ${outcome.status}` : outcome.message
