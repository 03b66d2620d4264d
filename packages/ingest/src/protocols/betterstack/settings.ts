import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Log lines as clients of Better Stack send them. */
export const betterstack = defineSettings({
  kind: 'protocol',
  name: 'betterstack',
  word: () => ({ protocol: 'betterstack' as const }),
  schema: z.strictObject({ protocol: z.literal('betterstack').describe('lines of Better Stack’s clients') }),
  env: () => [],
  docs: {
    title: 'Better Stack',
    about:
      'Log lines of `@logtail/*` clients and of Better Stack’s HTTP API: JSON, an object on each line, or MessagePack.',
    examples: [[]],
    link: 'https://betterstack.com/docs/logs/ingesting-data/http/logs/',
  },
})
