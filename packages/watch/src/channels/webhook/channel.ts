import { defineChannel, jsonRequest, required } from '../define-channel.ts'
import { webhook } from './settings.ts'

/** The notice itself as JSON, for whatever else should hear of it. */
export const channel = defineChannel(webhook, {
  requestFor: (notice, { urlEnv }, env) => jsonRequest(required(env, urlEnv), notice),
})
