import * as z from 'zod'
import type { ErrorEvent } from '../event/error-event.ts'
import type { GitHubDelivery } from '../github/github-event.ts'
import type { NewLine } from '../log/service-line.ts'
import type { RunFact } from '../metrics/run-fact.ts'
import type { CheckIn } from '../monitor/check-in.ts'
import type { IntakeOutcome } from './intake-outcome.ts'
import type { NewItem } from './kept-item.ts'
import type { SessionFact } from './session-health.ts'

/** What a client says it threw away itself, and why. */
export interface DiscardedByClient {
  category: string
  reason: string
  quantity: number
}

/** An event as it is read, and what it was read from, scrubbed. */
export interface ReportedEvent {
  event: ErrorEvent
  payload: Uint8Array
  /** Ids of the built files in its stacks, by file, to find their maps by; left out: the client says none. */
  debugIds?: ReadonlyMap<string, string>
}

/** Facts by the sink they go to; each of these has a store. */
export interface KeptFacts {
  events: ReportedEvent
  lines: NewLine
  /** Runs of workflows elsewhere that ended. */
  runs: RunFact
  /** Jobs that ended, each inside of what is known of its run by it alone. */
  jobs: RunFact
  /** What a webhook of GitHub told, to be acted upon. */
  github: GitHubDelivery
  /** Whatever else clients send, known or not. */
  items: NewItem
  sessions: SessionFact
  /** Jobs that tell of themselves: what is kept of it is an item of its own. */
  'check-ins': CheckIn
  'client-reports': DiscardedByClient
}
export type KeptSink = keyof KeptFacts

/** Why something was dropped. */
export const DropReason = z.enum([
  'not-asked-for',
  'sampled',
  'malformed',
  'too-large',
  'key',
  'origin',
  'signature',
  'rate-limited',
  'spike',
  'overloaded',
  'storage-full',
  'too-many-jobs',
  'failed',
])
export type DropReason = z.output<typeof DropReason>

/** How many values were taken out, by what they were. `deep`: nested deeper than is looked at, and left out as a whole. */
export type Scrubbed = Readonly<Partial<Record<ScrubbedAs, number>>>
export const ScrubbedAs = z.enum(['password', 'token', 'cookie', 'card', 'key', 'address', 'named', 'deep'])
export type ScrubbedAs = z.output<typeof ScrubbedAs>

/** One thing a client sent, as a protocol reads it. `category` is the client's word for it, out of a fixed list. */
export type IntakeItem =
  | {
      [S in KeptSink]: {
        sink: S
        category: string
        fact: KeptFacts[S]
        /** How many things it stands for, where that is not one. */
        quantity?: number
        /** What was taken out of it, by what it was. */
        scrubbed?: Scrubbed
      }
    }[KeptSink]
  /** Nothing Gantry wants or can read. */
  | { sink: null; category: string; quantity: number; reason: DropReason }

/** What became of things of one category. `reason` is empty when they were taken. */
export interface ItemOutcome {
  category: string
  outcome: IntakeOutcome
  reason: string
  quantity: number
}
