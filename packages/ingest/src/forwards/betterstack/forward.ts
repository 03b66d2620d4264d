import { addressIn, defineForward, required } from '../define-forward.ts'
import { json, linesOf, mostLines, type QueuedLine } from '../queued-lines.ts'
import { betterstack } from './settings.ts'

/** 202 means that it took all of them: https://betterstack.com/docs/logs/ingesting-data/http/logs/ */
export const forward = defineForward(betterstack, {
  takes: 'lines',
  addressEnv: ({ urlEnv }) => urlEnv,
  most: mostLines,
  requestFor: (rows, { urlEnv, tokenEnv }, env) => ({
    url: addressIn(env, urlEnv).href,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${required(env, tokenEnv)}` },
    body: json(linesOf(rows).map(recordOf)),
  }),
  limitsIn: () => ({}),
  rejectedIn: () => 0,
})

const recordOf = ({ at, trace, fields, release, ...line }: QueuedLine) => ({
  ...fields,
  dt: at,
  ...line,
  ...(release !== null && { release }),
  ...(trace !== null && { trace_id: trace }),
})
