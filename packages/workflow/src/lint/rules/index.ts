import type { Rule } from '../rule.ts'
import { archivedAction } from './archived-action.ts'
import { botConditions } from './bot-conditions.ts'
import { cachePoisoning } from './cache-poisoning.ts'
import { concurrencyCancelsDeployment } from './concurrency-cancels-deployment.ts'
import { dangerousTriggers } from './dangerous-triggers.ts'
import { deprecatedAction } from './deprecated-action.ts'
import { deprecatedCommands } from './deprecated-commands.ts'
import { excessivePermissions } from './excessive-permissions.ts'
import { floatingPnpm } from './floating-pnpm.ts'
import { frozenLockfile } from './frozen-lockfile.ts'
import { gateJobNotAlways } from './gate-job-not-always.ts'
import { githubEnv } from './github-env.ts'
import { hardcodedCredentials } from './hardcoded-credentials.ts'
import { ignoredFilter } from './ignored-filter.ts'
import { impossibleComparison } from './impossible-comparison.ts'
import { inputInScript } from './input-in-script.ts'
import { insecureCommands } from './insecure-commands.ts'
import { knownVulnerableAction } from './known-vulnerable-action.ts'
import { missingTimeout } from './missing-timeout.ts'
import { misspeltActionInput } from './misspelt-action-input.ts'
import { nodeSatisfiesPnpm } from './node-satisfies-pnpm.ts'
import { overprovisionedSecrets } from './overprovisioned-secrets.ts'
import { persistedCredentials } from './persisted-credentials.ts'
import { pnpmBeforeSetupNode } from './pnpm-before-setup-node.ts'
import { pnpmVersionDisagrees } from './pnpm-version-disagrees.ts'
import { pushAndPullRequestBoth } from './push-and-pull-request-both.ts'
import { refVersionMismatch } from './ref-version-mismatch.ts'
import { requiredCheckBehindPaths } from './required-check-behind-paths.ts'
import { runnerGone } from './runner-gone.ts'
import { secretInScript } from './secret-in-script.ts'
import { secretsInherit } from './secrets-inherit.ts'
import { selfHostedPullRequest } from './self-hosted-pull-request.ts'
import { shallowCheckoutForAffected } from './shallow-checkout-for-affected.ts'
import { skippedMatrixWithoutGate } from './skipped-matrix-without-gate.ts'
import { templateInjection } from './template-injection.ts'
import { tooFrequentSchedule } from './too-frequent-schedule.ts'
import { unknownInput } from './unknown-input.ts'
import { unknownMatrixKey } from './unknown-matrix-key.ts'
import { unknownNeed } from './unknown-need.ts'
import { unknownShell } from './unknown-shell.ts'
import { unknownStep } from './unknown-step.ts'
import { unpinnedImage } from './unpinned-image.ts'
import { unpinnedUses } from './unpinned-uses.ts'
import { unreachableJob } from './unreachable-job.ts'
import { unsoundCondition } from './unsound-condition.ts'
import { unsoundContains } from './unsound-contains.ts'
import { unsoundTernary } from './unsound-ternary.ts'
import { wrongCall } from './wrong-call.ts'

/** Every rule of `gantry lint`: the only list. docs/reference/lint-rules.md is made from it. */
export const rules: readonly Rule[] = [
  deprecatedAction,
  deprecatedCommands,
  ignoredFilter,
  impossibleComparison,
  missingTimeout,
  misspeltActionInput,
  runnerGone,
  tooFrequentSchedule,
  unknownInput,
  unknownMatrixKey,
  unknownNeed,
  unknownShell,
  unknownStep,
  unreachableJob,
  unsoundTernary,
  wrongCall,
  archivedAction,
  botConditions,
  cachePoisoning,
  dangerousTriggers,
  excessivePermissions,
  githubEnv,
  hardcodedCredentials,
  inputInScript,
  insecureCommands,
  knownVulnerableAction,
  overprovisionedSecrets,
  persistedCredentials,
  refVersionMismatch,
  secretInScript,
  secretsInherit,
  selfHostedPullRequest,
  templateInjection,
  unpinnedImage,
  unpinnedUses,
  unsoundCondition,
  unsoundContains,
  concurrencyCancelsDeployment,
  floatingPnpm,
  frozenLockfile,
  gateJobNotAlways,
  nodeSatisfiesPnpm,
  pnpmBeforeSetupNode,
  pnpmVersionDisagrees,
  pushAndPullRequestBoth,
  requiredCheckBehindPaths,
  shallowCheckoutForAffected,
  skippedMatrixWithoutGate,
]
