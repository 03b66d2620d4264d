import type { Rule } from '../rule.ts'
import { archivedAction } from './archived-action.ts'
import { botConditions } from './bot-conditions.ts'
import { cachePoisoning } from './cache-poisoning.ts'
import { choiceDefault } from './choice-default.ts'
import { concurrencyCancelsDeployment } from './concurrency-cancels-deployment.ts'
import { dangerousTriggers } from './dangerous-triggers.ts'
import { deadGlob } from './dead-glob.ts'
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
import { obfuscation } from './obfuscation.ts'
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
import { typosquattedAction } from './typosquatted-action.ts'
import { unknownExclude } from './unknown-exclude.ts'
import { unknownInput } from './unknown-input.ts'
import { unknownMatrixKey } from './unknown-matrix-key.ts'
import { unknownNeed } from './unknown-need.ts'
import { unknownRunner } from './unknown-runner.ts'
import { unknownShell } from './unknown-shell.ts'
import { unknownStep } from './unknown-step.ts'
import { unpinnedImage } from './unpinned-image.ts'
import { unpinnedTool } from './unpinned-tool.ts'
import { unpinnedUses } from './unpinned-uses.ts'
import { unreachableJob } from './unreachable-job.ts'
import { unredactedSecret } from './unredacted-secret.ts'
import { unsoundCondition } from './unsound-condition.ts'
import { unsoundContains } from './unsound-contains.ts'
import { unsoundTernary } from './unsound-ternary.ts'
import { wrongCall } from './wrong-call.ts'

/** Every rule of `gantry lint`: the only list. docs/reference/lint-rules.md is made from it. */
export const rules: readonly Rule[] = [
  choiceDefault,
  deadGlob,
  deprecatedAction,
  deprecatedCommands,
  ignoredFilter,
  impossibleComparison,
  missingTimeout,
  misspeltActionInput,
  runnerGone,
  tooFrequentSchedule,
  unknownExclude,
  unknownInput,
  unknownMatrixKey,
  unknownNeed,
  unknownRunner,
  unknownShell,
  unknownStep,
  unpinnedTool,
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
  obfuscation,
  overprovisionedSecrets,
  persistedCredentials,
  refVersionMismatch,
  secretInScript,
  secretsInherit,
  selfHostedPullRequest,
  templateInjection,
  typosquattedAction,
  unpinnedImage,
  unpinnedUses,
  unredactedSecret,
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
