import * as z from 'zod'
import { SessionKind } from '../ingest/session-health.ts'

const share = z.number().min(0).max(1).nullable()

/** Sessions of one kind, and how many went without a crash. */
export const SessionShares = z.object({
  sessions: z.int(),
  errored: z.int().describe('with an error that was handled'),
  crashed: z.int(),
  abnormal: z.int().describe('ended without saying so'),
  crashFreeSessions: share.describe('null: there is no session to share'),
  people: z.int().describe('of those whose client says who they are'),
  peopleWithCrash: z.int(),
  crashFreePeople: share.describe('null: no client says who its people are'),
})
export type SessionShares = z.output<typeof SessionShares>

/** Sessions of a release in one environment, of one kind. */
export const ReleaseSessionsIn = SessionShares.extend({
  environment: z.string(),
  kind: SessionKind,
  adoption: z
    .object({ sessions: z.int(), of: z.int(), share })
    .describe('its part of all sessions that began there within the last 24 hours'),
  counts: z.array(z.object({ sessions: z.int(), crashed: z.int() })).describe('over time, oldest first'),
  sinceLive: z
    .object({
      at: z.iso.datetime(),
      deployment: z.string(),
      own: SessionShares.describe('of this release since then'),
      former: SessionShares.extend({ release: z.string() })
        .nullable()
        .describe('of the release before, in as much time before; null: there was none'),
    })
    .nullable()
    .describe('since it last went live there, beside the release before; null: Gantry did not deploy it there'),
})
export type ReleaseSessionsIn = z.output<typeof ReleaseSessionsIn>

/** How sessions of a release went, as clients tell of them. */
export const ReleaseSessions = z.object({
  release: z.string(),
  names: z.array(z.string()).describe('what clients call it'),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  bucketMs: z.int(),
  buckets: z.int(),
  environments: z.array(ReleaseSessionsIn).describe('empty: no client told of a session'),
})
export type ReleaseSessions = z.output<typeof ReleaseSessions>
