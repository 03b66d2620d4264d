import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { errorFrom, notGantry, parsed, unreachable } from './answer-error.ts'

/** What a person has to do: open the address, and see that it shows this code. */
export interface DeviceCode {
  code: string
  address: string
}

const clientId = 'gantry'
const Asked = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
})
const Answered = z.union([z.object({ access_token: z.string() }), z.object({ error: z.string() })])

/**
 * Signs this machine's commands in by a code that a person approves in the browser (RFC 8628). Answers the secret of the session.
 * @throws GantryError SERVER_UNREACHABLE, or SIGN_IN_REFUSED when they refuse or do not answer
 */
export async function signInDevice(url: string, show: (code: DeviceCode) => void): Promise<string> {
  const asked = Asked.parse(await ask(url, '/api/auth/device/code', { client_id: clientId }))
  show({ code: asked.user_code, address: asked.verification_uri_complete })
  let pauseMs = asked.interval * 1_000
  for (let waitedMs = 0; waitedMs <= asked.expires_in * 1_000; waitedMs += pauseMs) {
    await sleep(pauseMs)
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: asked.device_code }
    const answer = Answered.parse(await ask(url, '/api/auth/device/token', { ...grant, client_id: clientId }))
    if ('access_token' in answer) return answer.access_token
    if (answer.error === 'slow_down') pauseMs += 1_000
    else if (answer.error !== 'authorization_pending')
      throw new GantryError('SIGN_IN_REFUSED', `the code was not approved: ${answer.error.replaceAll('_', ' ')}`)
  }
  throw new GantryError('SIGN_IN_REFUSED', 'nobody approved the code in time')
}

async function ask(url: string, path: string, body: object): Promise<unknown> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': `gantry on ${hostname()}` },
    body: JSON.stringify(body),
  }
  const response = await fetch(`${url}${path}`, init).catch(cause => {
    throw unreachable(url, cause)
  })
  const text = await response.text()
  const answer = parsed(text)
  if (answer === undefined) throw notGantry('POST', path, response.status, url)
  // What the standard words itself, as that nobody approved it yet, is for the caller.
  if (!response.ok && !Answered.safeParse(answer).success) throw errorFrom('POST', path, response.status, text, url)
  return answer
}
