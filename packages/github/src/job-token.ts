import { GantryError, type GitHubJob } from '@gantry/core'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as z from 'zod'

/** Claims of GitHub's tokens: https://docs.github.com/en/actions/concepts/security/openid-connect */
const Claims = z.looseObject({
  repository: z.string(),
  repository_id: z.string().regex(/^\d+$/),
  ref: z.string(),
  sha: z.string(),
  event_name: z.string(),
  workflow_ref: z.string(),
  run_id: z.string().regex(/^\d+$/),
  run_attempt: z.string().regex(/^\d+$/),
  actor: z.string(),
  /** An older GitHub Enterprise Server does not say it. */
  actor_id: z.string().regex(/^\d+$/).optional(),
  environment: z.string().optional(),
})

/** Clocks differ by seconds, and a token lives for minutes. */
const clockSlackSeconds = 30

/** The keys of an issuer, fetched when one is asked for that is not known: at most every half minute, whoever asks. */
export const keysOfIssuer = (issuer: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), { cooldownDuration: 30_000, timeoutDuration: 10_000 })

export interface ExpectedToken {
  issuer: string
  audience: string
  keys: JWTVerifyGetKey
  now: Date
}

/**
 * What a job of GitHub's says it is, once the signature, the issuer, the audience and the times hold.
 * @throws GantryError JOB_TOKEN_REFUSED
 */
export async function readJobToken(token: string, { issuer, audience, keys, now }: ExpectedToken): Promise<GitHubJob> {
  const payload = await verified(token, { issuer, audience, keys, now })
  const read = Claims.safeParse(payload)
  if (!read.success) throw refusal(`it is no token of a job: ${z.prettifyError(read.error).slice(0, 200)}`)
  const { data } = read
  return {
    repository: data.repository,
    repositoryId: Number(data.repository_id),
    ref: data.ref,
    sha: data.sha,
    event: data.event_name,
    workflow: data.workflow_ref,
    runId: Number(data.run_id),
    runAttempt: Number(data.run_attempt),
    actor: data.actor,
    actorId: data.actor_id === undefined ? null : Number(data.actor_id),
    environment: data.environment ?? null,
  }
}

async function verified(token: string, { issuer, audience, keys, now }: ExpectedToken): Promise<unknown> {
  try {
    const options = { issuer, audience, algorithms: ['RS256'], requiredClaims: ['exp', 'iat', 'sub'] }
    const times = { currentDate: now, clockTolerance: clockSlackSeconds }
    return (await jwtVerify(token, keys, { ...options, ...times })).payload
  } catch (cause) {
    // Keys that could not be fetched say nothing about the token.
    if (cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError))
      throw new GantryError('VENDOR_REFUSED', `the keys of ${issuer} could not be read`, {}, { cause })
    throw refusal(cause.message, cause)
  }
}

const refusal = (why: string, cause?: unknown) =>
  new GantryError('JOB_TOKEN_REFUSED', `GitHub's token of the job is not accepted: ${why}`, {}, { cause })
