import * as z from 'zod'
import { SeenRelease, SpreadSeries } from '../issue/spread/issue-spread.ts'

export const SpreadRange = z.enum(['24h', '14d', '90d'])
export type SpreadRange = z.output<typeof SpreadRange>

/** How an issue spreads: its events over time by release and by environment, and what went live meanwhile. */
export const IssueSpread = z.object({
  range: SpreadRange,
  from: z.iso.datetime(),
  until: z.iso.datetime().describe('end of the last bar, which is not over yet'),
  bucketMs: z.int().describe('how much time a bar stands for'),
  buckets: z.int(),
  events: z.int(),
  byRelease: z.array(SpreadSeries),
  byEnvironment: z.array(SpreadSeries),
  releases: z
    .array(
      SeenRelease.extend({
        liveAt: z.iso.datetime().nullable().describe('when it last went live there; null: Gantry did not deploy it'),
      }),
    )
    .describe('which release met it where, how often, first and last; those with the most events first'),
  deployments: z
    .array(
      z.object({
        id: z.string(),
        environment: z.string(),
        release: z.string(),
        kind: z.enum(['deploy', 'rollback', 'removal']),
        liveAt: z.iso.datetime(),
        bucket: z.int(),
      }),
    )
    .describe('what went live within that time where it was met, oldest first'),
})
export type IssueSpread = z.output<typeof IssueSpread>
