import * as z from 'zod'

/** One service's built output inside a release: a packed folder, known by the SHA-256 of its content. */
export const Artifact = z.object({
  service: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
})
export type Artifact = z.output<typeof Artifact>

/**
 * What a statement of a migration does to the release that serves: `expand` only adds, `contract` takes away or narrows what
 * it may use, `data` writes rows, `unknown` cannot be told from its text.
 */
export const StatementClass = z.enum(['expand', 'data', 'unknown', 'contract'])
export type StatementClass = z.output<typeof StatementClass>

export const StatementVerdict = z.object({
  class: StatementClass,
  /** The release that serves goes on working with it, and can be gone back to. */
  isSafe: z.boolean(),
  /** Of its first word, in the file. */
  line: z.int(),
  /** On one line, cut where it is long. */
  statement: z.string(),
  /** In words: `drops column sites.body`. */
  why: z.string(),
  /** The form that expands first and contracts later; null where there is none. */
  instead: z.string().nullable(),
  /** Why a person says that it is safe all the same: `-- gantry:safe <why>` above the statement. */
  accepted: z.string().nullable(),
})
export type StatementVerdict = z.output<typeof StatementVerdict>

export const Migration = z.object({
  /** The digits before the first underscore, as the Supabase CLI counts versions. */
  version: z.string(),
  name: z.string(),
  sql: z.string(),
  /** The gravest of its statements. */
  effect: StatementClass,
  /** Its statements that do more than add, in the order of the file. */
  verdicts: z.array(StatementVerdict),
})
export type Migration = z.output<typeof Migration>

/** A commit of the monorepo and the artifacts built from it, once. Its id is the commit's SHA. */
export const Release = z.object({
  id: z.string(),
  project: z.string(),
  sha: z.string(),
  title: z.string(),
  author: z.string(),
  createdAt: z.iso.datetime(),
  runId: z.string().nullable(),
  artifacts: z.array(Artifact),
  migrations: z.array(Migration),
  /** Set when a rollback or a person judged it unfit: it is not offered for promotion again. */
  badBecause: z.string().nullable(),
})
export type Release = z.output<typeof Release>
