import type { NamedCommit, NamedDeploy } from '@gantry/core'

/** What builds say of their releases, and upload to read stacks by. */
export interface SourceMapTables {
  'gantry.source_bundles': {
    id: string
    project: string
    checksum: string
    release: string | null
    dist: string | null
    bytes: number
    by: string
    uploaded_at: string
    used_at: string
  }
  'gantry.source_maps': {
    project: string
    bundle_id: string
    entry: string
    url: string
    debug_id: string | null
  }
  'gantry.named_releases': {
    project: string
    version: string
    sha: string | null
    url: string | null
    commits: NamedCommit[]
    deploys: NamedDeploy[]
    created_at: string
    released_at: string | null
    /** The import that brought it; null: a build named it, or has said something of it since. */
    import_id: string | null
  }
}
