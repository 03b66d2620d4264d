import { isWithin, knownFor, type Pins } from '../pins.ts'
import { defineRule, type Found } from '../rule.ts'
import { isCommit, type Uses, versionNumbers } from '../tree/uses.ts'

export const refVersionMismatch = defineRule({
  id: 'ref-version-mismatch',
  area: 'security',
  severity: 'warning',
  summary: 'A pinned commit whose comment names another version.',
  why: 'People and update bots believe the comment: a version with a known hole looks mended.',
  fix: 'Write the version the commit is.',
  bad: [
    `
- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v6.0.0 # ✗`,
  ],
  good: [
    `
- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7
- uses: acme/unknown@3d3c42e5aac5ba805825da76410c181273ba90b1 # v1.2.3`,
  ],
  check: file =>
    [...file.steps, ...file.jobs].flatMap(({ uses }) => (uses ? mismatchOf(uses, file.repository.pins) : [])),
})

function mismatchOf(uses: Uses, own: Pins | undefined): Found[] {
  const [said = ''] = uses.comment.text.split(/\s/)
  const asked = versionNumbers(said.replace(/^tag=/, ''))
  if (!isCommit(uses.ref) || asked === undefined) return []
  const { tagsOfCommit, commitOfTag } = knownFor(uses, own)
  const [tag] = tagsOfCommit
  if (tag !== undefined) {
    const isRight = tagsOfCommit.some(known => isWithin(versionNumbers(known) ?? [], asked))
    if (isRight) return []
    const at = { from: uses.comment.from, to: uses.comment.from + said.length }
    return [{ at, message: `expected the comment to say ${tag}, got "${said}"`, edits: [{ ...at, text: tag }] }]
  }
  const commit = commitOfTag(said)
  if (commit === undefined) return []
  const fix = `Pin ${commit}, or write the version of this commit.`
  return [{ at: uses, message: `expected the commit of ${said}, ${commit}, got ${uses.ref}`, fix }]
}
