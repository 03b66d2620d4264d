import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Log drains of Vercel, signed. */
export const vercel = defineSettings({
  kind: 'protocol',
  name: 'vercel',
  word: () => ({ protocol: 'vercel' as const }),
  schema: z.strictObject({ protocol: z.literal('vercel').describe('log drains of Vercel') }),
  env: () => [
    {
      name: 'VERCEL_DRAIN_SECRET',
      type: 'string',
      isSecret: true,
      about: 'signature secret of the log drains of Vercel',
      whenLeftOut: 'drains of Vercel are refused',
    },
  ],
  docs: {
    title: 'Vercel log drain',
    about: 'What builds, functions and the edge of Vercel wrote, signed by Vercel.',
    examples: [[]],
    link: 'https://vercel.com/docs/drains/reference/logs',
  },
})
