import * as z from 'zod'
import { Beat } from './beat.ts'

export const MonitorState = z.enum(['unknown', 'up', 'down'])
export type MonitorState = z.output<typeof MonitorState>

/** One result of a monitor. */
export const Check = z.object({
  monitor: z.string(),
  at: z.iso.datetime(),
  isOk: z.boolean(),
  status: z.int().nullable(),
  latencyMs: z.number(),
  error: z.string().nullable(),
  isOwnFault: z
    .boolean()
    .optional()
    .describe('the fault is of this server, its network or the config: it says nothing about what is probed'),
})
export type Check = z.output<typeof Check>

/** Something probed. Its state changes only after `confirmations` checks in a row agree. */
export const Monitor = z.object({
  id: z.string(),
  project: z.string(),
  environment: z.string(),
  service: z.string().nullable(),
  name: z.string(),
  /** The name of its probe. */
  type: z.string(),
  target: z.string(),
  everyMs: z.int(),
  timeoutMs: z.int(),
  confirmations: z.int(),
  state: MonitorState,
  since: z.iso.datetime().nullable(),
  /** Checks in a row that disagree with `state`. */
  streak: z.int(),
  last: Check.nullable(),
  beat: Beat.optional().describe('of a job that tells of itself; nothing is asked then'),
})
export type Monitor = z.output<typeof Monitor>
