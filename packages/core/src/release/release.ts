import * as z from 'zod'

/** One service's built output inside a release: a packed folder, known by the SHA-256 of its content. */
export const Artifact = z.object({
  service: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
})
export type Artifact = z.output<typeof Artifact>

export const Migration = z.object({
  /** The digits before the first underscore, as the Supabase CLI counts versions. */
  version: z.string(),
  name: z.string(),
  sql: z.string(),
  /** `contract` takes away what an earlier release may still use; `expand` only adds. */
  effect: z.enum(['expand', 'contract']),
  /** For `contract`: the statements that take something away, in words. */
  takesAway: z.array(z.string()),
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
