import { GantryError, type Store } from '@gantry/core'
import { sql } from 'kysely'
import { alertStore } from './alert/alert-store.ts'
import type { Database } from './database/opened-database.ts'
import { deploymentStore } from './deployment/deployment-store.ts'
import { forwardStore } from './forward/forward-store.ts'
import { gitStore } from './git/git-store.ts'
import { pushLog } from './git/push-log.ts'
import { githubStore } from './github/github-store.ts'
import { importStore } from './import/import-store.ts'
import { incidentStore } from './incident/incident-store.ts'
import { outboxStore } from './incident/outbox-store.ts'
import { clientSessionStore } from './ingest/client-session-store.ts'
import { ingestKeyStore } from './ingest/ingest-key-store.ts'
import { intakeCountStore } from './ingest/intake-count-store.ts'
import { itemStore } from './ingest/item-store.ts'
import { issueLifeStore } from './issue/issue-life-store.ts'
import { issueStore } from './issue/issue-store.ts'
import { retentionStore } from './keep/retention-store.ts'
import { leaseStore } from './lease/lease-store.ts'
import { ledgerStore } from './ledger/ledger-store.ts'
import { metricsStore } from './metrics/metrics-store.ts'
import { monitorStore } from './monitor/monitor-store.ts'
import { accessStore } from './person/access-store.ts'
import { slackAccountStore } from './person/slack-account-store.ts'
import { tryStore } from './person/try-store.ts'
import { previewStore } from './preview/preview-store.ts'
import { projectStore } from './project/project-store.ts'
import { promotionStore } from './promotion/promotion-store.ts'
import { checklistStore } from './release/checklist-store.ts'
import { namedReleaseStore } from './release/named-release-store.ts'
import { releaseStore } from './release/release-store.ts'
import { runStore } from './run/run-store.ts'
import { runnerStore } from './runner/runner-store.ts'
import { savedSearchStore } from './search/saved-search-store.ts'
import { secretStore, variableStore } from './secret/secret-store.ts'
import { serverStore } from './server/server-store.ts'
import { sourceBundleStore } from './source-map/source-bundle-store.ts'

/** Every storage port of core on one database. */
export const storeOn = (database: Database): Store => ({
  projects: projectStore(database),
  runs: runStore(database),
  runners: runnerStore(database),
  releases: releaseStore(database),
  checklists: checklistStore(database),
  deployments: deploymentStore(database),
  previews: previewStore(database),
  promotions: promotionStore(database),
  ledger: ledgerStore(database),
  issues: issueStore(database),
  issueLife: issueLifeStore(database),
  imports: importStore(database),
  metrics: metricsStore(database),
  monitors: monitorStore(database),
  alerts: alertStore(database),
  incidents: incidentStore(database),
  outbox: outboxStore(database),
  access: accessStore(database),
  servers: serverStore(database),
  leases: leaseStore(database),
  retention: retentionStore(database),
  savedSearches: savedSearchStore(database),
  secrets: secretStore(database),
  variables: variableStore(database),
  ingestKeys: ingestKeyStore(database),
  intakeCounts: intakeCountStore(database),
  items: itemStore(database),
  clientSessions: clientSessionStore(database),
  sourceBundles: sourceBundleStore(database),
  namedReleases: namedReleaseStore(database),
  forwards: forwardStore(database),
  git: gitStore(database),
  pushes: pushLog(database),
  github: githubStore(database),
  tries: tryStore(database),
  slackAccounts: slackAccountStore(database),
  ping: () => ping(database),
  close: () => database.close(),
})

async function ping(database: Database): Promise<void> {
  try {
    await sql`select 1`.execute(database.kysely)
  } catch (cause) {
    if (cause instanceof GantryError) throw cause
    throw new GantryError('DATABASE_UNREACHABLE', 'the database did not answer', {}, { cause })
  }
}
