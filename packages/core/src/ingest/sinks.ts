import * as z from 'zod'
import type { ErrorEvent } from '../event/error-event.ts'
import type { GitHubDelivery } from '../github/github-event.ts'
import type { NewLine } from '../log/service-line.ts'
import type { RunFact } from '../metrics/run-fact.ts'

/** What a client says it threw away itself, and why. */
export interface DiscardedByClient {
  category: string
  reason: string
  quantity: number
}

/** Facts by the sink they go to; each of these has a store. */
export interface KeptFacts {
  events: ErrorEvent
  lines: NewLine
  /** Runs of workflows elsewhere that ended. */
  runs: RunFact
  /** Jobs that ended, each inside of what is known of its run by it alone. */
  jobs: RunFact
  /** What a webhook of GitHub told, to be acted upon. */
  github: GitHubDelivery
  'client-reports': DiscardedByClient
}
export type KeptSink = keyof KeptFacts

/** Sinks that are known and have no store yet: what goes there is dropped as `not-kept`, and counted. */
export type UnkeptSink =
  | 'spans'
  | 'sessions'
  | 'check-ins'
  | 'attachments'
  | 'feedback'
  | 'profiles'
  | 'replays'
  | 'metrics'

/** Why something was dropped. */
export const DropReason = z.enum([
  'not-kept',
  'not-asked-for',
  'unknown',
  'malformed',
  'too-large',
  'key',
  'origin',
  'signature',
  'rate-limited',
  'overloaded',
  'storage-full',
  'failed',
])
export type DropReason = z.output<typeof DropReason>

/** One thing a client sent, as a protocol reads it. `category` is the client's word for it, out of a fixed list. */
export type IntakeItem =
  | { [S in KeptSink]: { sink: S; category: string; fact: KeptFacts[S] } }[KeptSink]
  | { sink: UnkeptSink; category: string; quantity: number }
  /** Nothing Gantry knows, wants or can read. */
  | { sink: null; category: string; quantity: number; reason: DropReason }

/** What became of things of one category. `reason` is empty when they were taken. */
export interface ItemOutcome {
  category: string
  outcome: 'taken' | 'dropped' | 'dropped-by-client'
  reason: string
  quantity: number
}
