import * as z from 'zod'

/** Who has a hand in what a promotion brings to an environment: every commit since what is live there. */
export const Contributors = z.object({
  wrote: z
    .array(z.string())
    .describe('authors, committers and co-authors, as git knows them: `Ann <ann@example.com>`, or a name'),
  pushed: z
    .array(z.string())
    .describe(
      'those who pushed it: names of people here, and accounts on GitHub as git writes people, with their number',
    ),
})
export type Contributors = z.output<typeof Contributors>
