import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Log lines as clients of Logflare send them. */
export const logflare = defineSettings({
  kind: 'protocol',
  name: 'logflare',
  word: () => ({ protocol: 'logflare' as const }),
  schema: z.strictObject({ protocol: z.literal('logflare').describe('lines of Logflare’s clients') }),
  env: () => [],
  docs: {
    title: 'Logflare',
    about:
      'Log lines of `pino-logflare`, `winston-logflare` and Logflare’s HTTP API, with its variants for Vercel and Vector.',
    examples: [[]],
    link: 'https://docs.logflare.app/',
  },
})
