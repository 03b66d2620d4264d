import type {
  Alert,
  Check,
  Deployment,
  Grouping,
  Hold,
  Incident,
  IncidentEntry,
  IngestKeyKind,
  IntakeOutcome,
  Issue,
  LedgerRow,
  Monitor,
  Notice,
  OutboxRow,
  Project,
  Promotion,
  Release,
  Role,
  RunFact,
  RunState,
  ServerRole,
} from '@gantry/core'
import type { Generated } from 'kysely'
import type { ForwardTables } from '../forward/forward-tables.ts'
import type { GitTables } from '../git/git-tables.ts'
import type { GitHubTables } from '../github/github-tables.ts'
import type { ImportTables } from '../import/import-tables.ts'
import type { EventTables, IssueActTable, IssueSpreadTable } from '../issue/event-tables.ts'
import type { PreviewTables } from '../preview/preview-tables.ts'
import type { RunnerTables } from '../runner/runner-tables.ts'
import type { SearchTables } from '../search/search-tables.ts'
import type { SourceMapTables } from '../source-map/source-map-tables.ts'

/** The tables of supabase/migrations, as `values.ts` reads them: instants are ISO text, bigint is a number. */
export interface Schema
  extends GitTables,
    GitHubTables,
    EventTables,
    PreviewTables,
    RunnerTables,
    SearchTables,
    SourceMapTables,
    ForwardTables,
    ImportTables {
  'gantry.projects': {
    name: string
    number: number
    /** Read by releases of before alone. */
    ingest_key: Generated<string>
    config: Project['config']
    config_sha: string | null
    created_at: string
    title: string | null
    archived_at: string | null
  }
  /** `value` is written with `storableJson`: it may be any JSON, an array or a bare string too. */
  'gantry.settings': { project: string; name: string; value: unknown }
  'gantry.counters': { project: string; name: string; value: number }
  'gantry.runs': {
    id: string
    project: string
    number: number
    workflow_path: string
    ref: string
    sha: string
    status: RunState['status']
    created_at: string
    body: RunState
    workflow_name: string
    event: string
    conclusion: RunState['conclusion'] | null
    actor: string
    author: string | null
    branch: string
  }
  'gantry.run_lines': {
    project: string | null
    run_id: string
    job_id: string
    seq: number
    step: number
    at: string
    text: string
  }
  'gantry.releases': { project: string; id: string; created_at: string; bad_because: string | null; body: Release }
  'gantry.deployments': {
    id: string
    project: string
    environment: string
    release: string
    state: Deployment['state']
    created_at: string
    live_at: string | null
    version: number
    body: Deployment
  }
  'gantry.promotions': {
    id: string
    project: string
    environment: string
    release: string
    state: Promotion['state']
    run_id: string
    job_id: string
    created_at: string
    version: number
    body: Promotion
  }
  'gantry.checklist_ticks': {
    project: string
    release: string
    file: string
    task: number
    person_id: string
    person: string
    at: string
  }
  'gantry.slack_accounts': {
    team: string
    slack_user: string
    label: string
    person_id: string | null
    offer_hash: string | null
    offered_until: string | null
  }
  'gantry.holds': { project: string; environment: string; body: Hold }
  'gantry.ledger': {
    project: string
    seq: number
    at: string
    actor: string
    action: LedgerRow['action']
    subject: string
    reason: string | null
    evidence: Record<string, unknown>
    previous_hash: string
    hash: string
  }
  'gantry.people': {
    id: string
    name: string
    email: string | null
    is_server_owner: boolean
    two_factor_enabled: Generated<boolean>
    /** Kept by a trigger, however the e-mail was changed. */
    former_emails: Generated<string[]>
    former_names: Generated<string[]>
    /** Of before memberships. */
    role: Generated<Role>
  }
  'gantry.memberships': { project: string; person_id: string; role: Role; since: string }
  'gantry.invitations': {
    id: string
    hash: string
    project: string
    role: Role
    email: string | null
    invited_by: string
    created_at: string
    expires_at: string
    used_at: string | null
    used_by: string | null
    account_email: Generated<string | null>
  }
  /** Written by better-auth; here only to forget what expired. */
  'gantry.verifications': { id: string; expires_at: string }
  'gantry.device_codes': { id: string; expires_at: string; person_id: string | null }
  'gantry.accounts': { person_id: string; provider_id: string; account_id: string; password: string | null }
  'gantry.sign_in_links': {
    hash: string
    person_id: string
    expires_at: string
    used_at: string | null
    made_by_session: string | null
    is_for_lost_password: boolean
  }
  'gantry.sessions': {
    id: string | null
    hash: string
    person_id: string
    created_at: string | null
    expires_at: string
    agent: string | null
  }
  'gantry.api_tokens': {
    id: string
    hash: string
    name: string
    /** Of before; tokens have scopes instead. */
    role: Role
    project: string | null
    run_id: string | null
    environment: string | null
    /** Words with a space between, as in OAuth. */
    scopes: string | null
    created_by: string | null
    created_at: string | null
    expires_at: string | null
    last_used_at: string | null
  }
  /** `environment` is empty for the whole repository. */
  'gantry.secrets': {
    project: string
    environment: string
    name: string
    key_id: string
    sealed: string
    any_branch: boolean
    updated_at: string
    updated_by: string
    version: number
  }
  'gantry.variables': {
    project: string
    environment: string
    name: string
    value: string
    updated_at: string
    updated_by: string
  }
  'gantry.ingest_keys': {
    id: string
    project: string
    service: string | null
    kind: IngestKeyKind
    key: string
    origins: string[]
    per_minute: number | null
    is_own: boolean
    made_by: string
    created_at: string
    last_used_at: string | null
    rotated_at: string | null
    works_until: string | null
    revoked_at: string | null
  }
  'gantry.intake_counts': {
    project: string
    hour: string
    protocol: string
    key_id: string
    category: string
    outcome: IntakeOutcome
    reason: string
    quantity: number
  }
  'gantry.sign_in_tries': { key: string; tries: number; until: string }
  'gantry.server_processes': {
    id: string
    host: string
    machine: string
    pid: number
    began: string | null
    role: ServerRole
    address: string | null
    files: string | null
    started_at: string
    beat_at: string
  }
  /** `project` is empty for what is about the server and no project. */
  'gantry.leases': {
    project: string
    kind: string
    name: string
    owner: string
    version: number
    since: string
    until: string
  }
  'gantry.issues': IssueTable
  'gantry.issue_keys': { project: string; key_hash: string; issue_id: string }
  'gantry.issue_people': { project: string | null; issue_id: string; person_hash: string }
  'gantry.issue_releases': { project: string; release: string; issue_id: string; first_at: Generated<string> }
  'gantry.issue_user_names': { project: string; issue_id: string; name: string }
  'gantry.issue_spread': IssueSpreadTable
  'gantry.issue_labels': { project: string; issue_id: string; name: string; value: string }
  'gantry.issue_acts': IssueActTable
  'gantry.traffic': {
    project: string
    environment: string
    at: string
    service: string
    release: string
    requests: number
    failures: number
    errors: number
  }
  'gantry.lines': {
    project: string
    id: string
    environment: string
    release: string | null
    service: string
    at: string
    level: number
    message: string
    trace_id: string | null
    fields: Record<string, unknown>
  }
  'gantry.run_facts': {
    project: string
    source: string
    id: string
    attempt: number
    is_whole: boolean
    completed_at: string
    body: RunFact
  }
  'gantry.monitors': { id: string; project: string; environment: string; body: Monitor }
  'gantry.checks': { id: Generated<number>; project: string | null; monitor_id: string; at: string; body: Check }
  'gantry.alerts': { id: string; project: string; state: Alert['state']; since: string; body: Alert }
  'gantry.incidents': {
    project: string
    number: number
    key: string
    state: Incident['state']
    opened_at: string
    version: number
    body: Incident
  }
  'gantry.incident_entries': {
    id: Generated<number>
    project: string
    number: number
    at: string
    kind: IncidentEntry['kind']
    actor: string
    text: string
    link: string | null
  }
  'gantry.outbox': OutboxTable
}

export interface IssueTable {
  id: string
  project: string
  number: number
  key_hash: string
  grouping: Grouping
  title: string
  culprit: string | null
  level: Issue['level']
  state: Issue['state']
  service: string | null
  environments: string[]
  first_seen: string
  last_seen: string
  first_release: string | null
  last_release: string | null
  events: number
  people: number
  version: number
  part_of: string | null
  resolution: Issue['resolution']
  mute: Issue['mute']
  regressed_at: string | null
  assignee: Issue['assignee']
}

export interface OutboxTable {
  id: Generated<number>
  project: string
  channel: string
  dedup_key: string
  kind: Notice['kind']
  incident: number | null
  incident_version: number | null
  notice: Notice
  state: Generated<OutboxRow['state']>
  attempts: Generated<number>
  next_at: string
  leased_until: string | null
  last_error: string | null
  created_at: string
  sent_at: string | null
}
