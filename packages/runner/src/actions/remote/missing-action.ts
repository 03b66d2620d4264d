import type { GantryError } from '@gantry/core'

/** A step whose action is not here and cannot be had. Composite actions of the workspace are looked into when they run. */
export interface MissingAction {
  /** Key of its job in `path`. */
  job: string
  /** Its place in the job, from 0. */
  step: number
  path: string
  name: string
  uses: string
  /** It only tells others what was found: the job goes on without it. */
  isReport: boolean
  /** With the line, and how to provide the action. */
  error: GantryError
}
