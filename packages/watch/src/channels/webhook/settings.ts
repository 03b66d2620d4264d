import { defineSettings, EnvNameField } from '@gantry/core/config'
import * as z from 'zod'

/** The notice itself as JSON; the address is read from the environment when a notice is sent. */
export const webhook = defineSettings({
  kind: 'channel',
  name: 'webhook',
  word: ({ name, ...o }: { name?: string; urlEnv?: string } = {}) => ({
    type: 'webhook' as const,
    name: name === undefined ? 'webhook' : `webhook:${name}`,
    ...o,
  }),
  schema: z.strictObject({
    type: z.literal('webhook').describe('the notice as JSON'),
    name: z.string().min(1).describe('what people call it, such as `webhook`'),
    urlEnv: EnvNameField.default('GANTRY_WEBHOOK_URL').describe('variable with the address it is posted to'),
  }),
  env: ({ urlEnv }) => [{ name: urlEnv, type: 'url', isSecret: true, about: 'address that notices are posted to' }],
  docs: {
    title: 'Webhook',
    about: 'The notice itself as JSON, for whatever else should hear of it.',
    examples: [[], [{ name: 'chat', urlEnv: 'CHAT_HOOK_URL' }]],
  },
})
