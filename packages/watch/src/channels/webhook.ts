import * as z from 'zod'
import { defineChannel, jsonRequest, required } from './define-channel.ts'

/** The notice itself as JSON, for whatever else should hear of it. */
export const webhook = defineChannel({
  type: 'webhook',
  settings: z.strictObject({
    type: z.literal('webhook'),
    name: z.string(),
    urlEnv: z.string().default('GANTRY_WEBHOOK_URL'),
  }),
  requestFor: (notice, { urlEnv }, env) => jsonRequest(required(env, urlEnv), notice),
})
