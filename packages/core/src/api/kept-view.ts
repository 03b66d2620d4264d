import * as z from 'zod'
import { Deletion, KeptAmount } from '../keep/kept.ts'

/** What is kept of a project, and what went. */
export const KeptView = z.object({
  at: z.iso.datetime().describe('when it was counted: at most a minute ago'),
  kinds: z.array(
    KeptAmount.extend({
      keptFor: z.string().describe('a duration: what is older goes'),
      size: z
        .string()
        .nullable()
        .describe('what it may take; that of events holds for all that came beside them together; null: any'),
      isExported: z.boolean().describe('whether it is written elsewhere before it goes'),
    }),
  ),
  deletions: z.array(Deletion).describe('the newest first, at most 200, of the last year'),
})
export type KeptView = z.output<typeof KeptView>
