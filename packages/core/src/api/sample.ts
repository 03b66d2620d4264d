import * as z from 'zod'

/** What a person can press at a step of the sample. */
export const SampleAct = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('break') }).describe('push one of the prepared breaks'),
  z.object({ kind: z.literal('merge'), branch: z.string() }).describe('push a branch whose checks are green to main'),
  z.object({ kind: z.literal('review'), release: z.string() }).describe('decide about a release'),
  z.object({ kind: z.literal('visit') }).describe('send visitors to production for a while'),
  z.object({ kind: z.literal('revert'), sha: z.string() }).describe('push the revert of a break that reached main'),
])
export type SampleAct = z.output<typeof SampleAct>

export const SampleStep = z.object({
  step: z.enum(['pushed', 'checked', 'staging', 'approval', 'broken', 'rolledBack', 'connected']),
  state: z.enum(['done', 'doing', 'waiting', 'failed', 'todo']).describe('`waiting` is for a person'),
  detail: z.string().describe('one short sentence'),
  path: z.string().nullable().describe('a dashboard path that shows more'),
  act: SampleAct.nullable(),
})
export type SampleStep = z.output<typeof SampleStep>

export const SampleBreak = z.object({
  name: z.string(),
  title: z.string().describe('the subject of its commit'),
  shows: z.string().describe('where the line stops it, or shows it'),
})
export type SampleBreak = z.output<typeof SampleBreak>

/** The sample product on its way: what a newcomer has seen of the line, and what is next. */
export const SampleView = z.object({ steps: z.array(SampleStep), breaks: z.array(SampleBreak) })
export type SampleView = z.output<typeof SampleView>
