import { defineGate } from './gate.ts'

const titlesShown = 3

/** No issue was seen for the first time with this release. */
export const noNewIssues = defineGate({
  gate: 'noNewIssues',
  judge(facts) {
    const { count, titles } = facts.newIssues
    const result = { gate: 'noNewIssues', title: 'No new issues', evidence: `/releases/${facts.release.id}` }
    if (count === 0) return { ...result, state: 'met', detail: 'none was seen for the first time with this release' }
    const shown = titles.slice(0, titlesShown).join('; ')
    const more = count > titlesShown ? ` and ${count - titlesShown} more` : ''
    return { ...result, state: 'unmet', detail: `${count} new: ${shown}${more}` }
  },
})
