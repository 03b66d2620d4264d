import type { ErrorEvent, IssueActKind, IssueLife, KeptItem, MovedPart } from '@gantry/core'
import type { Generated } from 'kysely'

/** What arrives from clients, in parts by `day`. */
export interface EventTables {
  /** What is read of an event is in its block, see payload-blocks.ts; rows of before have it in `packed`, or in `body`. */
  'gantry.kept_events': {
    project: string
    id: string
    issue_id: string
    at: string
    body: ErrorEvent | null
    packed: Uint8Array | null
    day: string
    trace: string | null
    payload_id: string | null
    payload_from: number | null
    payload_size: number | null
    fact_size: number | null
  }
  'gantry.kept_items': {
    project: string
    id: string
    day: string
    at: string
    received_at: string
    kind: KeptItem['kind']
    type: string
    name: string | null
    event_id: string | null
    trace_id: string | null
    service: string | null
    environment: string | null
    release: string | null
    facts: KeptItem['facts']
    size: number
    packed: Uint8Array
  }
}

export interface IssueSpreadTable {
  project: string
  issue_id: string
  at: string
  environment: string
  release: string
  events: number
  first_at: string
  last_at: string
}

export interface IssueActTable {
  id: Generated<number>
  project: string
  issue_id: string
  at: string
  kind: IssueActKind
  body: ActBody
  undone: Generated<boolean>
  /** Of a turn, whether rules were asked: waiting, own, digest, nobody. */
  told: string | null
}

export interface ActBody {
  by: string | null
  text: string | null
  /** Of the event that made it so. */
  event?: string
  environment?: string
  level?: ErrorEvent['level']
  service?: string | null
  release?: string | null
  change?: { before: IssueLife; after: IssueLife }
  moved?: MovedPart[]
  /** Numbers of the issues merged into it or split from it. */
  issues?: number[]
  /** The import that brought it. */
  import?: string
  undoneBy?: string | null
  undoneAt?: string
}
