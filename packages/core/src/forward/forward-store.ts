import * as z from 'zod'

/** On its way to another service: an envelope, or lines of a few requests. */
export interface NewForward {
  project: string
  /** Its name in the config. */
  forward: string
  queuedAt: string
  /** Things in it, as people count them: items of an envelope, lines. */
  quantity: number
  /** What the receiver limits it by. */
  categories: readonly string[]
  body: Uint8Array
}
export type QueuedForward = NewForward & { id: string }

/** How it stands with one forward. */
export const ForwardState = z.object({
  /** In a row. */
  failures: z.int(),
  pausedUntil: z.iso.datetime().nullable(),
  /** Until when the receiver wants nothing of a category. */
  limits: z.record(z.string(), z.iso.datetime()),
  lastSentAt: z.iso.datetime().nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: z.iso.datetime().nullable(),
})
export type ForwardState = z.output<typeof ForwardState>

export const ForwardDropReason = z.enum(['refused', 'too-old', 'queue-full', 'removed'])
export type ForwardDropReason = z.output<typeof ForwardDropReason>

/** What became of things within an hour; `reason` is empty when they were sent. */
export const ForwardCount = z.object({
  forward: z.string(),
  outcome: z.enum(['sent', 'dropped']),
  reason: z.union([z.literal(''), ForwardDropReason]),
  quantity: z.int(),
})
export type ForwardCount = z.output<typeof ForwardCount>

export const ForwardWaiting = z.object({
  forward: z.string(),
  quantity: z.int(),
  bytes: z.int().describe('packed, as they wait'),
  oldestAt: z.iso.datetime(),
})
export type ForwardWaiting = z.output<typeof ForwardWaiting>

export interface ClaimForwards {
  now: string
  leaseMs: number
  rows: number
  /** As many as take that much together, unpacked; one at least. */
  bytes: number
  /** Categories that are left where they are. */
  except: readonly string[]
}

/** What was done of what was claimed. */
export interface SettleForwards {
  /** Sent, or refused for good: gone from the queue. */
  done: readonly string[]
  /** To be tried again. */
  back: readonly string[]
  state: ForwardState
  counts: readonly ForwardCount[]
  at: string
}

/** The queue of what is sent on. At least once: what was sent and not settled before a crash is sent again. */
export interface ForwardStore {
  /** Durable when it answers. */
  add(rows: readonly NewForward[]): Promise<void>
  /** The oldest that nobody has, for as long as the lease. */
  claim(project: string, forward: string, claim: ClaimForwards): Promise<QueuedForward[]>
  settle(project: string, forward: string, settle: SettleForwards): Promise<void>
  /** Drops what is older, then the oldest of what takes more together; counted. Answers how many things. */
  trim(project: string, forward: string, most: { before: string; bytes: number; at: string }): Promise<number>
  /** Drops all that waits for it; counted. */
  remove(project: string, forward: string, at: string): Promise<void>
  isWaiting(project: string, forward: string): Promise<boolean>
  /** Looks at all that waits. */
  waiting(project: string): Promise<ForwardWaiting[]>
  states(project: string): Promise<{ forward: string; state: ForwardState }[]>
  /** Sums of the hours since then. */
  counts(project: string, from: string): Promise<ForwardCount[]>
}
