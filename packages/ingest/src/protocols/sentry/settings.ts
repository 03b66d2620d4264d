import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Envelopes, as every Sentry SDK sends them. */
export const sentry = defineSettings({
  kind: 'protocol',
  name: 'sentry',
  word: () => ({ protocol: 'sentry' as const }),
  schema: z.strictObject({ protocol: z.literal('sentry').describe('envelopes of Sentry’s SDKs') }),
  env: () => [],
  docs: {
    title: 'Sentry',
    about: 'Envelopes of any Sentry SDK: errors and logs are kept; what is not kept is counted and said so.',
    examples: [[]],
    link: 'https://develop.sentry.dev/sdk/foundations/envelopes/',
  },
})
