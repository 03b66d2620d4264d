import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether GitHub signed these bytes: `X-Hub-Signature-256: sha256=<hex of HMAC-SHA-256 with the hook's secret>`.
 * To be asked before a single byte is parsed. Source: GitHub's "Validating webhook deliveries".
 */
export function isSignedByGitHub(bytes: Uint8Array, signature: string | undefined, secret: string): boolean {
  const given = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]
  if (given === undefined || secret === '') return false
  return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(bytes).digest())
}
