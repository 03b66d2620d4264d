import type { AlertStore } from '../alert/alert-store.ts'
import type { DeploymentStore } from '../deployment/deployment-store.ts'
import type { ForwardStore } from '../forward/forward-store.ts'
import type { GitStore } from '../git/git-store.ts'
import type { PushLog } from '../git/push-log.ts'
import type { GitHubStore } from '../github/github-store.ts'
import type { IncidentStore, OutboxStore } from '../incident/incident-store.ts'
import type { IngestKeyStore } from '../ingest/ingest-key-store.ts'
import type { IntakeCountStore } from '../ingest/intake-outcome.ts'
import type { ItemStore } from '../ingest/kept-item.ts'
import type { ClientSessionStore } from '../ingest/session-health.ts'
import type { ImportStore } from '../issue/import/import-store.ts'
import type { IssueStore } from '../issue/issue-store.ts'
import type { IssueLifeStore } from '../issue/life/issue-life-store.ts'
import type { RetentionStore } from '../keep/retention-store.ts'
import type { LeaseStore } from '../lease/lease-store.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import type { MetricsStore } from '../metrics/metrics-store.ts'
import type { MonitorStore } from '../monitor/monitor-store.ts'
import type { AccessStore } from '../person/access-store.ts'
import type { SlackAccountStore } from '../person/slack-account.ts'
import type { TryStore } from '../person/try-store.ts'
import type { PreviewStore } from '../preview/preview-store.ts'
import type { ProjectStore } from '../project/project.ts'
import type { PromotionStore } from '../promotion/promotion-store.ts'
import type { ChecklistStore } from '../release/checklist-store.ts'
import type { NamedReleaseStore } from '../release/named-release.ts'
import type { ReleaseStore } from '../release/release-store.ts'
import type { RunStore } from '../run/run-store.ts'
import type { RunnerStore } from '../runner/runner-store.ts'
import type { SavedSearchStore } from '../search/saved-search-store.ts'
import type { SecretStore, VariableStore } from '../secret/secret-store.ts'
import type { ServerStore } from '../server/server-store.ts'
import type { SourceBundleStore } from '../source-map/source-bundle.ts'

/** The storage ports of facts together, as one database gives them. Lines have a store of their own: see `LineStore`. */
export interface Store {
  projects: ProjectStore
  runs: RunStore
  runners: RunnerStore
  releases: ReleaseStore
  checklists: ChecklistStore
  deployments: DeploymentStore
  previews: PreviewStore
  promotions: PromotionStore
  ledger: LedgerStore
  issues: IssueStore
  issueLife: IssueLifeStore
  imports: ImportStore
  metrics: MetricsStore
  monitors: MonitorStore
  alerts: AlertStore
  incidents: IncidentStore
  outbox: OutboxStore
  access: AccessStore
  servers: ServerStore
  leases: LeaseStore
  retention: RetentionStore
  savedSearches: SavedSearchStore
  secrets: SecretStore
  variables: VariableStore
  ingestKeys: IngestKeyStore
  intakeCounts: IntakeCountStore
  items: ItemStore
  clientSessions: ClientSessionStore
  sourceBundles: SourceBundleStore
  namedReleases: NamedReleaseStore
  forwards: ForwardStore
  git: GitStore
  pushes: PushLog
  github: GitHubStore
  tries: TryStore
  slackAccounts: SlackAccountStore
  /** Answers when the database does. @throws GantryError DATABASE_UNREACHABLE */
  ping(): Promise<void>
  close(): Promise<void>
}
