import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Log lines from whatever can post. */
export const lines = defineSettings({
  kind: 'protocol',
  name: 'lines',
  word: () => ({ protocol: 'lines' as const }),
  schema: z.strictObject({ protocol: z.literal('lines').describe('lines as JSON or text') }),
  env: () => [],
  docs: {
    title: 'Log lines',
    about:
      'Log lines as JSON, an object on each line, or plain text: from `curl`, Vector, Fly’s log shipper, or whatever can post.',
    examples: [[]],
    link: 'https://vector.dev/docs/reference/configuration/sinks/http/',
  },
})
