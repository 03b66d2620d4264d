import { defineSettings, EnvNameField } from '@gantry/core/config'
import * as z from 'zod'

/** What Slack signs with when somebody presses a button. One for the server: it is that of the app. */
export const signingSecret = 'SLACK_SIGNING_SECRET'

/** Slack by incoming webhook; the address is read from the environment when a notice is sent. */
export const slack = defineSettings({
  kind: 'channel',
  name: 'slack',
  word: (channel: string, o: { webhookUrlEnv?: string } = {}) => ({
    type: 'slack' as const,
    name: `slack:${channel}`,
    ...o,
  }),
  schema: z.strictObject({
    type: z.literal('slack').describe('a message in Slack'),
    name: z.string().min(1).describe('what people call it, such as `slack:#ops`'),
    webhookUrlEnv: EnvNameField.default('SLACK_WEBHOOK_URL').describe('variable with the address of the webhook'),
  }),
  env: ({ webhookUrlEnv }) => [
    { name: webhookUrlEnv, type: 'url', isSecret: true, about: 'https address of an incoming webhook of Slack' },
    {
      ...{ name: signingSecret, type: 'string' as const, isSecret: true },
      about: 'signing secret of the app in Slack, whose buttons approve promotions',
      whenLeftOut: 'messages have a link and no buttons',
    },
  ],
  docs: {
    title: 'Slack',
    about: 'A message in a channel of Slack, by incoming webhook.',
    examples: [['#ops'], ['#dev', { webhookUrlEnv: 'SLACK_DEV_WEBHOOK_URL' }]],
    link: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  },
})
