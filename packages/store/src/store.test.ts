import { beforeAll, describe, test } from 'vitest'
import { alertRules } from './alert/alert-store.rules.ts'
import { deploymentRules } from './deployment/deployment-store.rules.ts'
import { forwardRules } from './forward/forward-store.rules.ts'
import { gitRules } from './git/git-store.rules.ts'
import { pushLogRules } from './git/push-log.rules.ts'
import { githubRules } from './github/github-store.rules.ts'
import { importRules } from './import/import-store.rules.ts'
import { incidentRules } from './incident/incident-store.rules.ts'
import { outboxRules } from './incident/outbox-store.rules.ts'
import { clientSessionRules } from './ingest/client-session-store.rules.ts'
import { ingestKeyRules } from './ingest/ingest-key-store.rules.ts'
import { intakeCountRules } from './ingest/intake-count-store.rules.ts'
import { itemRules } from './ingest/item-store.rules.ts'
import { isolationRules } from './isolation.rules.ts'
import { dayRules } from './issue/days.rules.ts'
import { issueLifeRules } from './issue/issue-life.rules.ts'
import { issueSearchRules } from './issue/issue-search.rules.ts'
import { issueRules } from './issue/issue-store.rules.ts'
import { partAndLabelRules } from './issue/parts-and-labels.rules.ts'
import { retentionRules } from './keep/retention-store.rules.ts'
import { leaseRules } from './lease/lease-store.rules.ts'
import { ledgerRules } from './ledger/ledger-store.rules.ts'
import { storedLineRules } from './log/line-store.rules.ts'
import { metricsRules } from './metrics/metrics-store.rules.ts'
import { monitorRules } from './monitor/monitor-store.rules.ts'
import { accessRules } from './person/access-store.rules.ts'
import { slackAccountRules } from './person/slack-account-store.rules.ts'
import { tryRules } from './person/try-store.rules.ts'
import { previewRules } from './preview/preview-store.rules.ts'
import { projectRules } from './project/project-store.rules.ts'
import { promotionRules } from './promotion/promotion-store.rules.ts'
import { checklistRules } from './release/checklist-store.rules.ts'
import { namedReleaseRules } from './release/named-release-store.rules.ts'
import { releaseRules } from './release/release-store.rules.ts'
import { runRules } from './run/run-store.rules.ts'
import { runnerRules } from './runner/runner-store.rules.ts'
import { savedSearchRules } from './search/saved-search-store.rules.ts'
import { secretRules } from './secret/secret-store.rules.ts'
import { serverRules } from './server/server-store.rules.ts'
import { sourceBundleRules } from './source-map/source-bundle-store.rules.ts'
import { onEachDatabase } from './testing/each-database.ts'

const ports = {
  project: projectRules,
  run: runRules,
  runner: runnerRules,
  release: releaseRules,
  checklist: checklistRules,
  deployment: deploymentRules,
  preview: previewRules,
  promotion: promotionRules,
  ledger: ledgerRules,
  access: accessRules,
  server: serverRules,
  lease: leaseRules,
  'saved search': savedSearchRules,
  secret: secretRules,
  'ingest key': ingestKeyRules,
  'intake count': intakeCountRules,
  issue: issueRules,
  'life of an issue': issueLifeRules,
  'search of issues': issueSearchRules,
  'parts and labels of issues': partAndLabelRules,
  import: importRules,
  item: itemRules,
  'client session': clientSessionRules,
  'source bundle': sourceBundleRules,
  'named release': namedReleaseRules,
  forward: forwardRules,
  'event by day': dayRules,
  retention: retentionRules,
  line: storedLineRules,
  alert: alertRules,
  metrics: metricsRules,
  monitor: monitorRules,
  incident: incidentRules,
  outbox: outboxRules,
  git: gitRules,
  'push log': pushLogRules,
  github: githubRules,
  try: tryRules,
  'Slack account': slackAccountRules,
  'of another project': isolationRules,
}

/** Each port's rules begin with empty tables; the ledger cannot be emptied, and only its own rules write to it. */
const emptied = `do $$ begin
  execute (select 'truncate ' || string_agg(format('gantry.%I', tablename), ', ') from pg_tables
    where schemaname = 'gantry' and tablename <> 'ledger');
end $$`

onEachDatabase(current => {
  describe.each(Object.entries(ports))('%s', (_port, rules) => {
    beforeAll(() => current.database.exec(emptied))
    for (const [title, rule] of Object.entries(rules)) test(title, () => rule(current))
  })
})
