import * as z from 'zod'

/** What is done with reports before they are stored. */
export const IngestConfig = z.strictObject({
  scrub: z
    .strictObject({
      secrets: z
        .boolean()
        .default(true)
        .describe('whether passwords, tokens, cookies, card numbers and keys are replaced by `[scrubbed]`'),
      addresses: z.boolean().default(false).describe('whether IP addresses are, too'),
      names: z
        .array(z.string().min(2))
        .default([])
        .describe('further names of fields and variables whose values are, in any case: `["iban"]`'),
      keep: z.array(z.string().min(2)).default([]).describe('names whose values are not: `["tokenCount"]`'),
    })
    .prefault({})
    .describe('what is taken out of reports before they are stored, the payload included'),
  spans: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('share of the traces whose spans are kept: `0.1` keeps one trace of ten, whole'),
})
export type IngestConfig = z.output<typeof IngestConfig>
