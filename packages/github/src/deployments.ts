import { type DeploymentStatus, GantryError } from '@gantry/core'
import * as z from 'zod'
import { type GitHubClient, pagesOf } from './client.ts'

/** One of Gantry's deployments, as GitHub shows it. */
export interface MirroredDeployment {
  /** Of Gantry's deployment: it stands in the payload, by which it is found again. */
  id: string
  sha: string
  environment: string
  isRollback: boolean
  isProduction: boolean
  /** It is gone one day, as the preview of a pull request. */
  isTransient: boolean
  description: string
}

const Deployment = z.looseObject({ id: z.int(), payload: z.unknown() })
const Deployments = z.array(Deployment)
const Payload = z.looseObject({ gantry: z.string() })
const Statuses = z.array(z.looseObject({ state: z.string(), description: z.string().nullish() }))

/**
 * Its number on GitHub. Looks for it before it makes it, so that an answer that was lost makes no second one.
 * @throws GantryError VENDOR_REFUSED
 */
export async function mirrorDeployment(client: GitHubClient, repo: string, one: MirroredDeployment): Promise<number> {
  const query = `sha=${one.sha}&environment=${encodeURIComponent(one.environment)}`
  const known = await pagesOf(client, `${repo}/deployments?${query}`, page => Deployments.parse(page ?? []))
  const same = known.find(({ payload }) => payloadId(payload) === one.id)
  if (same) return same.id
  const made = await client.send('POST', `${repo}/deployments`, {
    ref: one.sha,
    task: one.isRollback ? 'rollback' : 'deploy',
    // GitHub would merge the default branch into what is deployed, and hold it up for checks Gantry has judged.
    auto_merge: false,
    required_contexts: [],
    payload: { gantry: one.id },
    environment: one.environment,
    description: one.description,
    transient_environment: one.isTransient,
    production_environment: one.isProduction,
  })
  const read = Deployment.safeParse(made)
  if (read.success) return read.data.id
  // 202 says that a branch was merged instead; it was not asked for.
  throw new GantryError('VENDOR_REFUSED', `GitHub made no deployment of ${one.sha}`, { answer: made })
}

/** None follows one of a higher number: a server that was slow tells of what is over. */
const order = { queued: 0, in_progress: 1, success: 2, failure: 3, inactive: 3 } as const satisfies Record<
  DeploymentStatus['state'],
  number
>
const orderOf = (state: string): number => (Object.hasOwn(order, state) ? order[state as keyof typeof order] : 0)

/** Adds the status unless it, or one that comes after it, is the newest one already. */
export async function mirrorStatus(
  client: GitHubClient,
  repo: string,
  githubId: number,
  { state, description, logUrl, environmentUrl }: DeploymentStatus & { logUrl: string; environmentUrl: string | null },
): Promise<void> {
  const path = `${repo}/deployments/${githubId}/statuses`
  const [newest] = Statuses.parse((await client.get(`${path}?per_page=1`)) ?? [])
  if (newest?.state === state && newest.description === description) return
  if (newest && orderOf(newest.state) > order[state]) return
  await client.send('POST', path, {
    state,
    description,
    log_url: logUrl,
    ...(environmentUrl === null ? {} : { environment_url: environmentUrl }),
    // The one before is told so by its own status.
    auto_inactive: false,
  })
}

/** GitHub answers an object as it was given, or as a text of it. */
function payloadId(payload: unknown): string | null {
  if (typeof payload !== 'string') return Payload.safeParse(payload).data?.gantry ?? null
  try {
    return Payload.safeParse(JSON.parse(payload)).data?.gantry ?? null
  } catch {
    return null
  }
}
