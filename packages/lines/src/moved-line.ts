import type { NewLine } from '@gantry/core'

/** A line that is moved to another store, with what it was called before: those sort by time. */
export interface MovedLine {
  formerId: string
  line: NewLine
}
