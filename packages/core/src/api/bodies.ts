import * as z from 'zod'
import { Artifact, Migration } from '../release/release.ts'

/** Every act says why, and which version of the thing it looked at; 409 CONFLICT when it moved on. */
export const ActBody = z.strictObject({
  reason: z.string().trim().min(1, 'say why').max(2_000),
  version: z.int().optional(),
})
export type ActBody = z.output<typeof ActBody>

export const RollbackBody = ActBody.extend({
  to: z.string().optional().describe('release id; the last good one when left out'),
})
export const OverrideBody = ActBody.extend({ gate: z.string().describe('its word in the config: freeze') })
export const TaskTickBody = z.strictObject({ task: z.int().nonnegative(), done: z.boolean() })
export const NoteBody = z.strictObject({ text: z.string().trim().min(1).max(10_000) })
export const TickBody = z.strictObject({ step: z.int().nonnegative(), done: z.boolean() })
export const ResolveBody = z.strictObject({
  reason: z.string().trim().max(2_000).optional(),
  version: z.int().optional(),
})
export const DispatchBody = z.strictObject({
  workflow: z.string(),
  ref: z.string().default('refs/heads/main'),
  inputs: z.record(z.string(), z.string()).default({}),
})

/** Sent by `gantry release` from inside a run; artifacts were uploaded before by digest. */
export const NewRelease = z.strictObject({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  artifacts: z.array(Artifact),
  migrations: z.array(Migration.omit({ effect: true, verdicts: true })),
})
/** Sent by `gantry promote` from a job on GitHub. */
export const NewPromotion = z.strictObject({
  release: z.string(),
  environment: z.string(),
  run: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional()
    .describe('id of the run on GitHub: asked again by it, it is the same'),
})
export const NewDeployment = z.strictObject({ release: z.string(), environment: z.string() })
