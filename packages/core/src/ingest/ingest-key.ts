import * as z from 'zod'
import { instantMs } from '../duration/instant.ts'
import { isOriginPattern } from './allowed-origin.ts'

/**
 * `client`: may be seen by anyone, as in the page of a browser. `server`: is kept by a server, and may also send what
 * nobody else should be able to make up, such as log lines.
 */
export const IngestKeyKind = z.enum(['client', 'server'])
export type IngestKeyKind = z.output<typeof IngestKeyKind>

export const IngestOrigins = z
  .array(z.string().refine(isOriginPattern, 'expected an origin such as https://shop.example or *.shop.example'))
  .max(50)

/** What a client reports with. It adds facts to one project and reads nothing. */
export const IngestKey = z.object({
  id: z.string(),
  project: z.string(),
  service: z.string().nullable().describe('whose reports come with it; null: the project’s own'),
  kind: IngestKeyKind,
  key: z.string().describe('the key itself, 32 hex digits'),
  origins: IngestOrigins.describe('pages that may report with it; empty: all'),
  perMinute: z.int().min(1).nullable().describe('items it may send in a minute; null: as many as there are'),
  isOwn: z.boolean().describe('the one Gantry gives to the service'),
  madeBy: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  rotatedAt: z.iso.datetime().nullable(),
  worksUntil: z.iso.datetime().nullable().describe('end of the grace of a rotated key'),
  revokedAt: z.iso.datetime().nullable(),
})
export type IngestKey = z.output<typeof IngestKey>

export const IngestKeyState = z.enum(['works', 'rotated', 'ended', 'revoked'])
export type IngestKeyState = z.output<typeof IngestKeyState>

/** `rotated` still works until its grace ends; `ended` and `revoked` never again. */
export function ingestKeyState(
  { revokedAt, worksUntil }: Pick<IngestKey, 'revokedAt' | 'worksUntil'>,
  now: string,
): IngestKeyState {
  if (revokedAt !== null) return 'revoked'
  if (worksUntil === null) return 'works'
  return instantMs(now) < instantMs(worksUntil) ? 'rotated' : 'ended'
}
