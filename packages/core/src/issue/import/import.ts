import * as z from 'zod'

/** Whose it was. */
export const ImportOrigin = z.strictObject({
  service: z.enum(['sentry']).describe('what its API speaks: GlitchTip is one of these, too'),
  url: z.url({ protocol: /^https?$/ }).max(500),
  organization: z.string().regex(/^[\w.-]{1,100}$/),
})
export type ImportOrigin = z.output<typeof ImportOrigin>

/** What is asked for: projects of there by name, each with the service of here that its events are of. */
export const ImportAsked = z.strictObject({
  projects: z.record(z.string().regex(/^[\w.-]{1,100}$/), z.string().max(100).nullable()),
  since: z.iso.datetime().nullable().describe('issues that were last seen before are left out'),
})
export type ImportAsked = z.output<typeof ImportAsked>

/** How far it is: what carries it out reads it, nobody else does. */
export const ImportCursor = z.strictObject({
  part: z.string().max(200),
  at: z.string().max(2_000),
})
export type ImportCursor = z.output<typeof ImportCursor>

/** What was brought from another service at once: gone on with after a crash, and taken back whole. */
export const Import = z.object({
  id: z.string(),
  origin: ImportOrigin,
  asked: ImportAsked,
  state: z.enum(['running', 'done', 'undoing', 'undone']),
  cursor: ImportCursor.nullable(),
  by: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  issues: z.int().describe('that it brought and that are here'),
  releases: z.int(),
})
export type Import = z.output<typeof Import>

/** `joined`: an issue of here has its events already. `known`: an import brought it before. */
export const ImportOutcome = z.object({
  sourceId: z.string(),
  became: z.enum(['new', 'joined', 'known']),
  number: z.int().nullable(),
  reports: z.int().describe('events of it that are kept; without one nothing that comes lands in it'),
})
export type ImportOutcome = z.output<typeof ImportOutcome>

/** On an issue: where it was brought from. */
export const ImportMark = z.object({
  import: z.string().describe('id of the import that brought it'),
  service: z.string(),
  id: z.string().describe('its id over there'),
  shortId: z.string().nullable(),
  url: z.string().nullable(),
  at: z.iso.datetime(),
})
export type ImportMark = z.output<typeof ImportMark>

/** One place has one name, however its address is written. */
export const originKey = ({ service, url, organization }: ImportOrigin): string =>
  `${service} ${url.toLowerCase().replace(/\/+$/, '')} ${organization.toLowerCase()}`
