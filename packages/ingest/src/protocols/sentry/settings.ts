import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Envelopes, as every Sentry SDK sends them. */
export const sentry = defineSettings({
  kind: 'protocol',
  name: 'sentry',
  word: () => ({ protocol: 'sentry' as const }),
  schema: z.strictObject({ protocol: z.literal('sentry').describe('what Sentry’s SDKs send') }),
  env: () => [],
  docs: {
    title: 'Sentry',
    about: 'Whatever any Sentry SDK sends, by envelopes and by the older ways; all of it is kept or counted.',
    examples: [[]],
    link: 'https://develop.sentry.dev/sdk/foundations/envelopes/',
  },
})
