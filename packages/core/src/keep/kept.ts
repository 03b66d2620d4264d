import * as z from 'zod'

/** What grows, each with a limit of its own. */
export const KeptKind = z.enum([
  'lines',
  'events',
  'attachments',
  'spans',
  'sessions',
  'items',
  'checks',
  'traffic',
  'runs',
  'notices',
])
export type KeptKind = z.output<typeof KeptKind>

/** How much there is of a kind. */
export const KeptAmount = z.object({
  kind: KeptKind,
  count: z.int(),
  bytes: z.int().nullable().describe('as it is stored; null where that is not known'),
  since: z.iso.datetime().nullable().describe('of the oldest; null: there is none'),
})
export type KeptAmount = z.output<typeof KeptAmount>

/** What went of a kind of one day, summed up over all times something of it went. */
export const Deletion = z.object({
  kind: KeptKind,
  day: z.iso.date().describe('of what went'),
  count: z.int(),
  bytes: z.int().nullable(),
  why: z.enum(['age', 'size']).describe('it was too old, or there was too much'),
  exports: z
    .array(z.string())
    .describe('what it was written to before, in the bucket of GANTRY_OBJECTS or the data folder'),
  at: z.iso.datetime().describe('when the last of it went'),
})
export type Deletion = z.output<typeof Deletion>
