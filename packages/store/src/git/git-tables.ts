import type { Generated } from 'kysely'

/** Where branches are, and the pushes that bring them there. */
export interface GitTables {
  'gantry.pushes': {
    project: string
    number: Generated<number>
    id: string
    actor: string | null
    ref: string
    before_sha: string | null
    after_sha: string | null
    is_forward: boolean
    at: string
    is_done: Generated<boolean>
  }
  'gantry.git_refs': {
    project: string
    ref: string
    sha: string
    push_id: string
    actor: string
  }
  'gantry.git_packs': { project: string; number: Generated<number>; object: string }
}
