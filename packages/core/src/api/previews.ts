import * as z from 'zod'
import { Preview } from '../preview/preview.ts'
import { NewRelease } from './bodies.ts'

/** A preview as it is shown. */
export const PreviewView = Preview.omit({ project: true, left: true, version: true }).extend({
  addresses: z.record(z.string(), z.string()).describe('public address of each service that has one'),
  address: z.string().nullable().describe('where to look first; null while nothing answers there'),
  serving: z
    .string()
    .nullable()
    .describe('commit that answers there: an earlier one while, and when, a later is not live'),
})
export type PreviewView = z.output<typeof PreviewView>

export const PreviewList = z.object({
  previews: z.array(PreviewView).describe('newest first'),
  most: z.int().nullable().describe('how many there may be at a time; null: the config has none'),
})
export type PreviewList = z.output<typeof PreviewList>

/** Sent by `gantry previews deploy` from the job of a pull request, once its artifacts are there. */
export const NewPreview = NewRelease
export const PreviewRemoval = z.strictObject({ reason: z.string().trim().min(1, 'say why').max(2_000) })
