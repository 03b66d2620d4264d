import type { GitHubConnection, GitHubDelivery, GitHubLink, KeptPush } from '@gantry/core'
import type { Generated } from 'kysely'

/** What is known of GitHub. */
export interface GitHubTables {
  'gantry.github_connections': { project: string; body: GitHubConnection }
  'gantry.github_deliveries': {
    project: string
    id: string
    digest: string
    received_at: string
    body: GitHubDelivery
    handled_at: Generated<string | null>
    due_at: string
    tries: Generated<number>
    failure: Generated<string | null>
  }
  'gantry.github_links': {
    project: string
    kind: GitHubLink['kind']
    key: string
    is_open: boolean
    body: unknown
    updated_at: string
  }
  'gantry.github_pushes': {
    project: string
    ref: string
    /** Empty where it was made. */
    before_sha: string
    after_sha: string
    actor_id: number
    pushed_at: string
    /** All that it brought, to be looked for. */
    shas: string[]
    body: KeptPush
  }
}
