import * as z from 'zod'
import { patientFetch, type VendorWorld } from '../../vendor/patient-fetch.ts'
import { askVendor, type VendorApi } from '../../vendor/vendor-api.ts'
import { isAmbiguous } from './fly-error.ts'
import type { SendToFly } from './machines-api.ts'
import { Pace } from './pace.ts'

export interface FlyAccess {
  world: VendorWorld & { env: Readonly<Record<string, string | undefined>> }
  token: string
  tokenEnv: string
  app: string
  /** Left out: the one of this process. */
  pace?: Pace
  /** How long one answer may take. */
  answerMs?: number
}

const paceOfProcess = new Pace()
const base = 'https://api.machines.dev/v1'
const repeats = 4

/** How Fly is asked. @param waitsMs how long an answer may take that waits there for something to happen */
export const flyVendor = (
  { world, token, tokenEnv, app, answerMs = 30_000 }: FlyAccess,
  waitsMs?: number,
): VendorApi => ({
  vendor: 'Fly.io',
  tokenEnv,
  token,
  base: world.env['FLY_API_HOSTNAME'] ? `${world.env['FLY_API_HOSTNAME']}/v1` : base,
  requestIdHeaders: ['fly-request-id'],
  // A request that waits there answers 408 when the wait is over: that is an answer.
  send:
    waitsMs === undefined ? patientFetch(world, { answerMs }) : patientFetch(world, { tries: 1, answerMs: waitsMs }),
  now: world.now,
  readError,
  hint: (status, code) => hintOf(status, code, app, tokenEnv),
})

/** Requests to the Machines API within Fly's rates. What does the same when it comes twice is sent again when nobody knows. */
export function sendToFly(access: FlyAccess): SendToFly {
  const { world, token, pace = paceOfProcess } = access
  const time = { now: () => world.now().getTime(), sleep: world.sleep }
  return async request => {
    const asked = {
      method: request.method,
      path: request.path,
      act: `${request.action} ${request.about}`,
      headers: {
        authorization: authorization(token),
        ...(request.nonce !== undefined && { 'fly-machine-lease-nonce': request.nonce }),
      },
      ...(request.body !== undefined && { body: request.body }),
    }
    for (let sent = 1; ; sent += 1) {
      await pace.take(request.action, request.about, time)
      try {
        return (await askVendor(flyVendor(access, request.timeoutMs), asked)).body
      } catch (cause) {
        if (!request.isRepeatable || !isAmbiguous(cause) || sent === repeats) throw cause
        await world.sleep(500 * 2 ** (sent - 1))
      }
    }
  }
}

/** Tokens of Fly's newer kind bring the name of their scheme along. */
export const authorization = (token: string): string => (token.startsWith('FlyV1 ') ? token : `Bearer ${token}`)

const ErrorBody = z.looseObject({ error: z.string().nullish(), message: z.string().nullish(), status: z.unknown() })

function readError(body: unknown): { code: string | null; message: string | null } {
  const { data } = ErrorBody.safeParse(body)
  const { error = null, message = null, status } = data ?? {}
  return {
    code: typeof status === 'string' && status !== '' && status !== 'unknown' ? status : null,
    message: error ?? message,
  }
}

function hintOf(status: number | null, code: string | null, app: string, tokenEnv: string): string | null {
  if (code === 'insufficient_capacity')
    return 'the region has no room for such a machine: try later, or set other `regions`'
  if (code === 'volume_placement_capacity')
    return 'the host of the volume is full: `fly volumes fork` puts it on another'
  if (status === 401 || status === 403)
    return `put the output of \`fly tokens create deploy -a ${app}\` into ${tokenEnv}; tokens expire`
  if (status === 404)
    return `see \`fly status -a ${app}\`: there is no such app or machine, or the token does not see it; \`fly apps create ${app}\` makes one`
  if (status === 409) return `somebody else deploys: \`fly machine leases view -a ${app}\` says who`
  if (status === 422) return 'Fly does not take what fly.toml says: `fly config validate` names the line'
  return null
}
