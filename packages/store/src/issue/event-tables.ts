import type { ErrorEvent, KeptItem } from '@gantry/core'

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
