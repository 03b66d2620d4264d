import { defineSettings, ForwardEnvField, forwardBounds } from '@gantry/core/config'
import * as z from 'zod'

/** Lines to a source of Logflare. */
export const logflare = defineSettings({
  kind: 'forward',
  name: 'logflare',
  word: (source: string, o: { urlEnv?: string; keyEnv?: string; waitAtMost?: string; queueAtMost?: string } = {}) => ({
    to: 'logflare' as const,
    source,
    ...o,
  }),
  schema: z.strictObject({
    to: z.literal('logflare').describe('lines, to a source of Logflare'),
    source: z.uuid().describe('id of the source'),
    urlEnv: ForwardEnvField.default('FORWARD_LOGFLARE_URL').describe(
      'variable with the address of the API; where it is not set: https://api.logflare.app',
    ),
    keyEnv: ForwardEnvField.default('FORWARD_LOGFLARE_KEY').describe('variable with the ingest key'),
    ...forwardBounds,
  }),
  env: ({ urlEnv, keyEnv }) => [
    {
      ...{ name: urlEnv, type: 'url', isSecret: false, about: 'address of the API of Logflare' },
      whenLeftOut: 'https://api.logflare.app',
    },
    { name: keyEnv, type: 'string', isSecret: true, about: 'ingest key of Logflare' },
  ],
  docs: {
    title: 'Logflare',
    about: 'Each line that was taken, by its HTTP API, hosted or your own.',
    examples: [['6dc90fb1-2ac7-4a0b-9d5b-8e2b4ec0a6a1']],
    link: 'https://docs.logflare.app',
  },
})
