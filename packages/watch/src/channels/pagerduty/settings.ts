import { defineSettings, EnvNameField } from '@gantry/core/config'
import * as z from 'zod'

/** PagerDuty Events v2; the routing key is read from the environment when a notice is sent. */
export const pagerduty = defineSettings({
  kind: 'channel',
  name: 'pagerduty',
  word: ({ name, ...o }: { name?: string; routingKeyEnv?: string } = {}) => ({
    type: 'pagerduty' as const,
    name: name === undefined ? 'pagerduty' : `pagerduty:${name}`,
    ...o,
  }),
  schema: z.strictObject({
    type: z.literal('pagerduty').describe('an incident in PagerDuty'),
    name: z.string().min(1).describe('what people call it, such as `pagerduty`'),
    routingKeyEnv: EnvNameField.default('PAGERDUTY_ROUTING_KEY').describe('variable with the integration key'),
  }),
  env: ({ routingKeyEnv }) => [
    {
      name: routingKeyEnv,
      type: 'string',
      isSecret: true,
      about: '32 characters, the integration key of an Events API v2 service of PagerDuty',
    },
    {
      name: 'PAGERDUTY_URL',
      type: 'url',
      isSecret: false,
      about: 'address events are posted to; set it for a stand-in in tests',
      whenLeftOut: 'https://events.pagerduty.com',
    },
  ],
  docs: {
    title: 'PagerDuty',
    about: 'Pages who is on call by Events API v2; oddities of CI are not sent to it.',
    examples: [[], [{ name: 'night', routingKeyEnv: 'PAGERDUTY_NIGHT_KEY' }]],
    link: 'https://developer.pagerduty.com/docs/events-api-v2-overview',
  },
})
