import * as z from 'zod'
import { Severity } from '../alert/alert.ts'
import { OutboxRow } from '../notice/notice.ts'

/** What became of a notice: `unneeded` when the channel has no use for such a one. */
export const ToldView = OutboxRow.pick({ attempts: true, lastError: true, createdAt: true, sentAt: true }).extend({
  kind: z.string().describe('of the notice'),
  state: z.enum(['pending', 'sent', 'dead', 'unneeded']),
})
export type ToldView = z.output<typeof ToldView>

/** A line of gantry.config.ts, where the thing is changed. */
const line = z.int().nullable().describe('line of gantry.config.ts; null when it is not found there by its name')

export const ChannelView = z.object({
  name: z.string().describe('as routes name it, e.g. slack:#ops'),
  type: z.string(),
  line,
  routes: z.array(Severity.nullable()).describe('severities that go there; null: all'),
  told: ToldView.nullable().describe('what it was told last'),
})
export type ChannelView = z.output<typeof ChannelView>

export const EnvironmentLine = z.object({
  name: z.string(),
  line,
  takes: z.string().describe('a branch or another environment'),
  approvals: z.int(),
})
export type EnvironmentLine = z.output<typeof EnvironmentLine>

/** What gantry.config.ts decides, with where: it is shown here and changed there. */
export const ConfigPlaces = z.object({
  file: z.string(),
  sha: z.string().nullable().describe('the commit whose config is in force; null before the first'),
  channels: z.array(ChannelView),
  environments: z.array(EnvironmentLine),
})
export type ConfigPlaces = z.output<typeof ConfigPlaces>

export const ChannelTestBody = z.strictObject({ channel: z.string().max(200) })
