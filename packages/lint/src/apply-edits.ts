import type { Edit } from './edit.ts'
import type { LintFinding } from './finding.ts'

/**
 * The text with the edits of its findings made. Of findings whose edits meet only the first is mended; linting the
 * answer again brings the next. `movingTags`: tags that move are pinned, too.
 */
export function applyEdits(
  text: string,
  findings: readonly LintFinding[],
  { movingTags = false }: { movingTags?: boolean } = {},
): { text: string; mended: LintFinding[] } {
  const made: Edit[] = []
  const mended: LintFinding[] = []
  for (const finding of findings) {
    if (finding.isPinOfMovingTag && !movingTags) continue
    if (finding.edits.length === 0 || finding.edits.some(edit => made.some(other => meet(edit, other)))) continue
    made.push(...finding.edits)
    mended.push(finding)
  }
  const sorted = made.toSorted((a, b) => b.from - a.from)
  return {
    text: sorted.reduce((left, edit) => left.slice(0, edit.from) + edit.text + left.slice(edit.to), text),
    mended,
  }
}

const meet = (a: Edit, b: Edit): boolean => a.from <= b.to && b.from <= a.to
