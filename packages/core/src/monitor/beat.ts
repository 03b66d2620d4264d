import * as z from 'zod'

/** When a job is expected to tell of itself. */
export const Beat = z.object({
  cron: z.object({ expression: z.string(), timezone: z.string() }).nullable().describe('null: `everyMs` says when'),
  everyMs: z.int().nullable().describe('both null: nobody says when, so that it is never missed'),
  marginMs: z.int().describe('how late it may be'),
  maxRunMs: z.int().describe('how long it may take'),
  recovery: z.int().describe('runs in a row that must end well before it is up again'),
  dueAt: z.iso.datetime().nullable().describe('when the next run is expected to begin'),
  running: z.object({ id: z.string(), since: z.iso.datetime() }).nullable().describe('a run that has not ended'),
  heardAt: z.iso.datetime().describe('when the job last told of itself'),
})
export type Beat = z.output<typeof Beat>
