import { GantryError } from '@gantry/core'
import type { Host } from '../host.ts'
import { apiAt } from './api.ts'
import { textIn } from './read.ts'

type Env = Host['env']

/** Whether this is a job on GitHub that may ask for a token of its own: it has `permissions: id-token: write`. */
export const isGitHubJob = (env: Env): boolean =>
  Boolean(env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])

/**
 * The token of the server that GitHub's word for this job is traded for.
 * @param environment that the job names itself; null: what GitHub says of it decides
 * @throws GantryError VENDOR_REFUSED, JOB_TOKEN_REFUSED
 */
export async function tokenOfGitHubJob(
  env: Env,
  { url, project, environment }: { url: string; project: string; environment: string | null },
): Promise<string> {
  const path = `/p/${encodeURIComponent(project)}`
  const token = await oidcToken(env, `${url}${path}`)
  const trade = `/api/v1/projects/${encodeURIComponent(project)}/github/token`
  return apiAt({ url, token: null }).post(
    trade,
    { token, ...(environment !== null && { environment }) },
    textIn('token'),
  )
}

/** https://docs.github.com/en/actions/reference/security/oidc */
async function oidcToken(env: Env, audience: string): Promise<string> {
  const asked = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=${encodeURIComponent(audience)}`
  const headers = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}`, accept: 'application/json' }
  const answer = await fetch(asked, { headers, signal: AbortSignal.timeout(30_000) }).catch(cause => {
    throw new GantryError('VENDOR_REFUSED', 'GitHub could not be asked for the token of this job', {}, { cause })
  })
  if (!answer.ok)
    throw new GantryError('VENDOR_REFUSED', `GitHub answered ${answer.status} when asked for the token of this job`)
  return textIn('value')(await answer.json())
}
