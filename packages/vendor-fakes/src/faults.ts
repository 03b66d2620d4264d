/** What a vendor does instead of what it should. */
export type Fault =
  /** Nothing is done, and this is answered. */
  | { kind: 'answers'; status: number; headers?: Record<string, string>; body?: unknown }
  /** It is done, and this is answered all the same: who asked cannot know. */
  | { kind: 'done-but-answers'; status: number; body?: unknown }
  /** The connection is cut before an answer; `isDone` says whether anything was done. */
  | { kind: 'cut'; isDone: boolean }
  /** It is done, the head of the answer comes, and the rest of it never does. */
  | { kind: 'slow-body' }

export const tooMany = (retryAfter: number | string): Fault => ({
  kind: 'answers',
  status: 429,
  headers: { 'retry-after': String(retryAfter) },
})
export const fails = (status: number, body?: unknown): Fault => ({
  kind: 'answers',
  status,
  ...(body !== undefined && { body }),
})
/** The time ran out for the answer, not for the act. */
export const lostAnswer = (status = 408): Fault => ({ kind: 'done-but-answers', status })
export const cutBefore: Fault = { kind: 'cut', isDone: false }
export const cutAfter: Fault = { kind: 'cut', isDone: true }
export const slowBody: Fault = { kind: 'slow-body' }

/** The faults that are still to come, each for the next requests of one operation. */
export interface FaultList {
  /**
   * @param operation as the description names it: `POST /v13/deployments`
   * @param times for how many requests; 1 when left out
   */
  inject(operation: string, fault: Fault, times?: number): void
  next(operation: string): Fault | null
  /** Operations with faults that nobody met. */
  left(): string[]
  clear(): void
}

export function faultList(known: readonly string[]): FaultList {
  const waiting: { operation: string; fault: Fault }[] = []
  return {
    inject(operation, fault, times = 1) {
      if (!known.includes(operation)) throw new Error(`"${operation}" is none of ${known.join(', ')}`)
      for (let i = 0; i < times; i += 1) waiting.push({ operation, fault })
    },
    next(operation) {
      const at = waiting.findIndex(each => each.operation === operation)
      return at === -1 ? null : (waiting.splice(at, 1)[0]?.fault ?? null)
    },
    left: () => waiting.map(({ operation }) => operation),
    clear: () => void waiting.splice(0),
  }
}
