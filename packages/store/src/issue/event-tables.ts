import type { ErrorEvent, KeptItem } from '@gantry/core'

/** What arrives from clients, in parts by `day`. */
export interface EventTables {
  /** `packed` is what packed-event.ts makes; rows from before it have a `body` instead. */
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
