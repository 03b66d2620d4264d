import { defineSettings, ForwardEnvField, forwardBounds } from '@gantry/core/config'
import * as z from 'zod'

/** Whatever takes what Sentry's clients send. */
export const sentry = defineSettings({
  kind: 'forward',
  name: 'sentry',
  word: (o: { dsnEnv?: string; asReceived?: boolean; waitAtMost?: string; queueAtMost?: string } = {}) => ({
    to: 'sentry' as const,
    ...o,
  }),
  schema: z.strictObject({
    to: z.literal('sentry').describe('envelopes of Sentry’s clients, to sentry.io or whatever else takes them'),
    dsnEnv: ForwardEnvField.default('FORWARD_SENTRY_DSN').describe('variable with the DSN of the project there'),
    asReceived: z
      .boolean()
      .default(false)
      .describe('whether they go as they came; else as Gantry keeps them, after scrubbing'),
    ...forwardBounds,
  }),
  env: ({ dsnEnv }) => [{ name: dsnEnv, type: 'url', isSecret: true, about: 'DSN that reports are sent on to' }],
  docs: {
    title: 'Sentry',
    about: 'Each envelope that was taken: events, sessions, spans, check-ins, attachments and whatever else is in it.',
    examples: [[], [{ dsnEnv: 'FORWARD_GLITCHTIP_DSN', asReceived: true }]],
    link: 'https://develop.sentry.dev/sdk/foundations/envelopes/',
  },
})
