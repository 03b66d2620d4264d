import type { JobState } from '@gantry/core'

/** A job that came to its groups, in the order of coming. */
export interface Ticket {
  job: JobState
  groups: string[]
  /** It has all of its groups, until it is done. */
  holds: boolean
}
