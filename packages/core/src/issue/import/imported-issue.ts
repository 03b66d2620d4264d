import * as z from 'zod'
import { instantMs, instantOf } from '../../duration/instant.ts'
import { Resolution } from '../life/issue-life.ts'

/**
 * One line of what is shown, however it was written elsewhere: no control characters, no marks that turn the direction of what follows.
 * Cut, never refused: one odd title must not stop an import.
 */
export const plainText = (text: string, most: number): string =>
  text
    .slice(0, most * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()

const line = (most: number) => z.string().overwrite(text => plainText(text, most))
const text = (most: number) => z.string().overwrite(all => all.slice(0, most).toWellFormed().replaceAll('\0', ''))
const count = z.int().min(0).max(1_000_000_000_000)
const moment = z.iso.datetime()

/** A page of elsewhere, as a link: nothing but the web. */
const link = z
  .string()
  .nullable()
  .overwrite(url => (url !== null && url.length <= 2_000 && /^https?:\/\/[^\s"'<>]+$/.test(url) ? url : null))

/** Where an issue stood elsewhere, in the words of here. */
export const ImportedState = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('open'), regressedAt: moment.nullable() }),
  Resolution.extend({ to: z.literal('resolved'), release: line(250).nullable() }),
  z.strictObject({
    to: z.literal('muted'),
    until: moment.nullable(),
    moreEvents: count.nullable(),
    rate: z
      .strictObject({
        events: z.int().min(1).max(100_000),
        overMs: z
          .int()
          .min(1_000)
          .max(3_650 * 86_400_000),
      })
      .nullable(),
  }),
  z.strictObject({ to: z.literal('archived') }),
])
export type ImportedState = z.output<typeof ImportedState>

/** An issue of another service. */
export const ImportedIssue = z.strictObject({
  sourceId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .describe('its id over there'),
  shortId: line(100).nullable().describe('what people call it over there'),
  url: link.describe('its page over there'),
  title: line(200),
  culprit: line(200).nullable(),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']),
  service: z.string().max(100).nullable().describe('of Gantry, whose reports its events are'),
  firstSeen: moment,
  lastSeen: moment,
  events: count,
  people: count,
  state: ImportedState,
  assignee: z.strictObject({ email: line(320).nullable(), name: line(200) }).nullable(),
  comments: z.array(z.strictObject({ by: line(200), at: moment, text: text(10_000) })).max(200),
  reports: z
    .array(z.record(z.string(), z.unknown()))
    .max(2)
    .describe('the newest event and the first, as its client sent them'),
})
export type ImportedIssue = z.output<typeof ImportedIssue>

/** A release by its name, with what was said of it over there. */
export const ImportedRelease = z.strictObject({
  version: z.string().min(1).max(250),
  sha: line(64).nullable(),
  url: link,
  createdAt: moment,
  releasedAt: moment.nullable(),
  commits: z
    .array(
      z.strictObject({
        ...{ sha: line(64), repository: line(200).nullable(), message: text(2_000).nullable() },
        ...{ author: line(200).nullable(), at: moment.nullable() },
      }),
    )
    .max(1_000),
  deploys: z
    .array(
      z.strictObject({
        ...{ environment: line(64), name: line(200).nullable(), url: link },
        ...{ startedAt: moment.nullable(), finishedAt: moment.nullable() },
      }),
    )
    .max(100),
})
export type ImportedRelease = z.output<typeof ImportedRelease>

/** A clock of elsewhere that is ahead would stand first in every list for ever. */
export const notAhead = (at: string, now: string): string => instantOf(Math.min(instantMs(at), instantMs(now)))
