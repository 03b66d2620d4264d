import * as z from 'zod'
import { defineGate } from './define-gate.ts'

const titlesShown = 3

/** No issue was seen for the first time with this release. */
export const noNewIssues = defineGate({
  name: 'noNewIssues',
  word: () => ({ gate: 'noNewIssues' as const }),
  schema: z.strictObject({ gate: z.literal('noNewIssues').describe('no issue was first seen with this release') }),
  env: () => [],
  docs: {
    title: 'No new issues',
    about: 'No issue was seen for the first time with this release.',
    examples: [[]],
  },
  facts: ['newIssues'],
  decide(_settings, { newIssues: { count, titles } }, { release }) {
    const result = { title: 'No new issues', evidence: `/releases/${release.id}` }
    if (count === 0) return { ...result, state: 'met', detail: 'none was seen for the first time with this release' }
    const shown = titles.slice(0, titlesShown).join('; ')
    const more = count > titlesShown ? ` and ${count - titlesShown} more` : ''
    const next = 'mend them in a new commit, or resolve or mute those that are no fault'
    return { ...result, state: 'unmet', detail: `${count} new: ${shown}${more}`, next }
  },
})
