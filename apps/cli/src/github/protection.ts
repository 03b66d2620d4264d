import { appRuleChanges } from './app-rule.ts'
import { branchDifference } from './branch-rules.ts'
import type { Difference } from './change.ts'
import { environmentChanges } from './environment-settings.ts'
import type { GitHub } from './github.ts'
import type { WantedOnGitHub } from './wanted.ts'

/**
 * What has to change so that GitHub's settings fit; nothing is changed. Settings that are not spoken of stay as they are, and none
 * becomes looser. @throws GantryError VENDOR_REFUSED
 */
export async function protectionDifference(github: GitHub, wanted: WantedOnGitHub): Promise<Difference> {
  const { changes, notOffered } = await branchDifference(github, wanted)
  const all = [...changes]
  for (const environment of wanted.environments) {
    all.push(...(await environmentChanges(github, environment)))
    if (wanted.app !== null) all.push(...(await appRuleChanges(github, environment, wanted.app)))
  }
  return { changes: all, notOffered }
}
