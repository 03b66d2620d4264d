import { applyEdits } from './apply-edits.ts'
import { lintText } from './lint-text.ts'
import type { LintRepository } from './tree/lint-file.ts'

/** One mended finding may bring another's edit within reach; more rounds than that help nobody. */
const MOST_ROUNDS = 20

/** The text with everything mended that then runs as before. `movingTags`: tags that move are pinned, too. */
export function mendText(
  path: string,
  text: string,
  repository: LintRepository,
  options: { movingTags?: boolean } = {},
): { text: string; count: number } {
  let mended = { text, count: 0 }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = applyEdits(mended.text, lintText(path, mended.text, repository), options)
    if (next.mended.length === 0) break
    mended = { text: next.text, count: mended.count + next.mended.length }
  }
  return mended
}
