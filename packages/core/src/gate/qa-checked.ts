import * as z from 'zod'
import { counted } from '../words/counted.ts'
import { defineGate } from './define-gate.ts'

/** People ticked every task of the checklist for this release. */
export const qaChecked = defineGate({
  name: 'qaChecked',
  word: () => ({ gate: 'qaChecked' as const }),
  schema: z.strictObject({
    gate: z.literal('qaChecked').describe('every task of the checklist is ticked for this release'),
  }),
  env: () => [],
  docs: {
    title: 'QA checklist is ticked',
    about:
      'People ticked every task of the checklist for this release. Which file it is says `checklist`, and which tasks, the commit of the release.',
    examples: [[]],
  },
  facts: ['checklist'],
  decide(_settings, { checklist }, { release }) {
    const result = { title: 'QA checklist is ticked', evidence: `/releases/${release.id}#checklist` }
    if (!checklist || checklist.tasks.length === 0) {
      const detail = checklist ? `${checklist.file} has no task` : 'the commit has no checklist'
      const next = 'commit one with tasks (`- [ ] …`), and name it by `checklist` in gantry.config.ts'
      return { ...result, evidence: null, state: 'unmet', detail, next }
    }
    const open = checklist.tasks.filter(({ ticked }) => ticked === null)
    const [first] = open
    if (!first) {
      const people = [...new Set(checklist.tasks.flatMap(({ ticked }) => ticked?.person ?? []))]
      const detail = `${counted(checklist.tasks.length, 'task')} ticked by ${people.join(', ')}`
      return { ...result, state: 'met', detail }
    }
    const detail = `${open.length} of ${counted(checklist.tasks.length, 'task')} open, the first: ${first.text}`
    return { ...result, state: 'waiting', detail, next: 'go through it and tick what holds' }
  },
})
