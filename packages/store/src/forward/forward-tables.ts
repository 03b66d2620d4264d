import type { ForwardCount, ForwardState } from '@gantry/core'
import type { Generated } from 'kysely'

/** What is sent on to other services. */
export interface ForwardTables {
  'gantry.forward_queue': {
    id: Generated<number>
    project: string
    forward: string
    queued_at: string
    quantity: number
    categories: string[]
    size: number
    packed: Uint8Array
    leased_until: string | null
  }
  'gantry.forward_states': { project: string; forward: string; body: ForwardState }
  'gantry.forward_counts': {
    project: string
    forward: string
    hour: string
    outcome: ForwardCount['outcome']
    reason: ForwardCount['reason']
    quantity: number
  }
}
