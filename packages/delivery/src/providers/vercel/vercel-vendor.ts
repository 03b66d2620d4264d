import { isPreview, previewPlace } from '@gantry/core'
import { withValues } from '@gantry/core/config'
import type { StepContext } from '../step-context.ts'
import { patientFetch } from '../vendor/patient-fetch.ts'
import { tokenIn, type VendorApi } from '../vendor/vendor-api.ts'
import type { VercelSettings } from './settings.ts'

export type VercelWorld = Pick<StepContext, 'env' | 'fetch' | 'now' | 'sleep' | 'signal' | 'log'>

export interface VercelTarget {
  /** Id or name. */
  project: string
  /** As Vercel's parameters name it: by id or by slug; empty for the account of the token. */
  team: { teamId?: string; slug?: string }
}

/** Where the settings lead in one environment. */
export function targetIn(
  { project, team }: Pick<VercelSettings, 'project' | 'team'>,
  environment: string,
  env: VercelWorld['env'],
): VercelTarget {
  // Nobody makes a project for each pull request: previews share one.
  const place = isPreview(environment) ? previewPlace : environment
  const filled = (text: string) => withValues(text, env).replaceAll('{environment}', place)
  // The account of a person has an id there as well, and is no team.
  const own = env['VERCEL_ORG_ID'] ?? ''
  const named = team === undefined ? (own.startsWith('team_') ? own : '') : filled(team)
  return {
    project: filled(project),
    team: named === '' ? {} : named.startsWith('team_') ? { teamId: named } : { slug: named },
  }
}

export const vercelVendor = (world: VercelWorld): VendorApi => ({
  vendor: 'Vercel',
  tokenEnv: 'VERCEL_TOKEN',
  token: tokenIn(world.env, 'VERCEL_TOKEN', 'Vercel'),
  base: world.env['VERCEL_API_URL'] || 'https://api.vercel.com',
  requestIdHeaders: ['x-vercel-id'],
  send: patientFetch(world, { mayRepeat }),
  now: world.now,
  readError,
  hint: (status, code) => hints[code ?? ''] ?? (status === 403 ? (hints['forbidden'] ?? null) : null),
})

/** A file is known by its content, what is deleted is gone, a domain leads where it was pointed to last, and a setting is what it was set to. */
const mayRepeat = ({ method, url }: Request): boolean =>
  ['GET', 'HEAD', 'PATCH', 'DELETE'].includes(method) ||
  url.includes('/v2/files') ||
  /\/v2\/deployments\/[^/]+\/aliases/.test(url)

/** `{ error: { code, message } }`; some answers say `err`, as Vercel's own CLI remarks. */
function readError(body: unknown): { code: string | null; message: string | null } {
  const { error, err } = Object(body)
  const { code, message } = Object(error ?? err)
  return { code: typeof code === 'string' ? code : null, message: typeof message === 'string' ? message : null }
}

const hints: Record<string, string> = {
  forbidden: 'see that VERCEL_TOKEN is not expired, and that its account belongs to the team of the project',
  not_found: 'see the project and team in gantry.config.ts, and that VERCEL_TOKEN sees them',
  'api-deployments-free-per-day':
    'the account has used up its deployments of today: wait until tomorrow, or see the plan',
  payment_required: 'the plan of the account does not allow it; on Hobby a rollback reaches the former deployment only',
}
