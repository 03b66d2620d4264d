import { createHmac, timingSafeEqual } from 'node:crypto'
import { jsonRecords, recordItems } from '../../logs/json-records.ts'
import { defineProtocol } from '../define-protocol.ts'
import { logLimits, logRefusal, logsTaken } from '../log-answers.ts'
import { vercelRecord } from './drain-record.ts'
import { vercel } from './settings.ts'

/** POST /webhooks/vercel/<project>, as a drain of JSON or NDJSON. */
export const protocol = defineProtocol(vercel, {
  paths: ['/webhooks/vercel/:project'],
  auth: {
    by: 'webhook signature',
    secretEnv: 'VERCEL_DRAIN_SECRET',
    projectIn: ({ params }) => params['project'] ?? '',
    isSigned(bytes, { headers }, secret) {
      const signature = headers['x-vercel-signature']
      return isSignedByVercel(bytes, typeof signature === 'string' ? signature : '', secret)
    },
  },
  limits: () => logLimits,
  read: bytes => {
    const records = jsonRecords(bytes)
    return { key: null, items: sender => ({ items: recordItems(records, sender, vercelRecord), id: null }) }
  },
  answer: logsTaken(200),
  refuse: logRefusal,
  cors: null,
})

/** `x-vercel-signature`: hex of HMAC-SHA-1 over the body. Source: https://vercel.com/docs/drains/security */
function isSignedByVercel(bytes: Uint8Array, signature: string, secret: string): boolean {
  if (!/^[0-9a-f]{40}$/i.test(signature) || secret === '') return false
  return timingSafeEqual(Buffer.from(signature, 'hex'), createHmac('sha1', secret).update(bytes).digest())
}
