import { defineSettings, ForwardEnvField, forwardBounds } from '@gantry/core/config'
import * as z from 'zod'

/** Lines to a source of Better Stack. */
export const betterstack = defineSettings({
  kind: 'forward',
  name: 'betterstack',
  word: (o: { urlEnv?: string; tokenEnv?: string; waitAtMost?: string; queueAtMost?: string } = {}) => ({
    to: 'betterstack' as const,
    ...o,
  }),
  schema: z.strictObject({
    to: z.literal('betterstack').describe('lines, to a source of Better Stack'),
    urlEnv: ForwardEnvField.default('FORWARD_BETTERSTACK_URL').describe(
      'variable with the ingesting host of the source, such as https://s123.eu-nbg-2.betterstackdata.com',
    ),
    tokenEnv: ForwardEnvField.default('FORWARD_BETTERSTACK_TOKEN').describe('variable with the token of the source'),
    ...forwardBounds,
  }),
  env: ({ urlEnv, tokenEnv }) => [
    { name: urlEnv, type: 'url', isSecret: false, about: 'ingesting host of a source of Better Stack' },
    { name: tokenEnv, type: 'string', isSecret: true, about: 'token of that source' },
  ],
  docs: {
    title: 'Better Stack',
    about: 'Each line that was taken, by its HTTP API.',
    examples: [[], [{ waitAtMost: '6h', queueAtMost: '2GB' }]],
    link: 'https://betterstack.com/docs/logs/ingesting-data/http/logs/',
  },
})
