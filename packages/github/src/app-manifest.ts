import * as z from 'zod'
import type { GitHubClient } from './client.ts'

/** What an App of Gantry may do, and why. `metadata` is read with everything. */
const permissions = {
  /** Starts the promotion, finds its run. */
  actions: 'write',
  /** What judges a commit beside its runs. */
  checks: 'read',
  statuses: 'read',
  /** Fetches the commits of releases, and says who pushed them. */
  contents: 'read',
  /** Mirrors deployments, answers protection rules. */
  deployments: 'write',
  /** The comment on the pull request, and what becomes of it. */
  pull_requests: 'write',
  metadata: 'read',
} as const

/** `installation` comes without being asked for. */
const events = [
  ...[
    'push',
    'pull_request',
    'workflow_run',
    'workflow_job',
    'check_run',
    'check_suite',
    'status',
    'deployment_protection_rule',
  ],
]

/** What the App of a project is called. At most 34 characters, unique on GitHub; whoever makes it may change it. */
const appNameOf = (project: string): string => `Gantry ${project}`.slice(0, 34)

/** As GitHub makes it of the name. */
export const appSlugOf = (project: string): string =>
  appNameOf(project)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

export interface ManifestParts {
  project: string
  /** Address of the project's screens. */
  url: string
  hookUrl: string
  /** Where GitHub leads with the code. */
  madeUrl: string
  /** Where it leads after the installation. */
  installedUrl: string
}

/** https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export function appManifest({ project, url, hookUrl, madeUrl, installedUrl }: ManifestParts): Record<string, unknown> {
  return {
    name: appNameOf(project),
    url,
    // GitHub refuses an address it cannot reach: without webhooks Gantry asks instead.
    ...(isPublic(hookUrl) ? { hook_attributes: { url: hookUrl, active: true } } : {}),
    redirect_url: madeUrl,
    setup_url: installedUrl,
    public: false,
    default_permissions: permissions,
    default_events: isPublic(hookUrl) ? events : [],
  }
}

function isPublic(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && hostname.includes('.') && !/^[\d.]+$|\.(local|internal|localhost)$/.test(hostname)
}

const Converted = z.looseObject({
  id: z.int(),
  slug: z.string(),
  pem: z.string(),
  webhook_secret: z.string().nullable(),
})

export interface MadeApp {
  id: number
  slug: string
  privateKey: string
  /** Null where the App has no webhook. */
  webhookSecret: string | null
}

/** Trades the code, which works once and for an hour, for the App's key and secret. Needs no token. */
export async function convertManifestCode(client: Pick<GitHubClient, 'send'>, code: string): Promise<MadeApp> {
  const made = Converted.parse(await client.send('POST', `/app-manifests/${encodeURIComponent(code)}/conversions`))
  return { id: made.id, slug: made.slug, privateKey: made.pem, webhookSecret: made.webhook_secret }
}
