import * as z from 'zod'
import { defineGate } from './define-gate.ts'
import { standsIn } from './stands-in.ts'

/** In the environment before, the release fails no larger share of requests than the one before it did there. */
export const notWorse = defineGate({
  name: 'notWorse',
  word: (o: { conclusive?: boolean } = {}) => ({ gate: 'notWorse' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('notWorse').describe('the verdict on the environment before is not `worse`'),
    conclusive: z
      .boolean()
      .default(false)
      .describe('whether too little traffic to tell keeps it waiting, as on a staging that nobody visits'),
  }),
  env: () => [],
  docs: {
    title: 'Not worse',
    about:
      'In the environment before, the release fails no larger share of requests than the one before it did there: the verdict of that environment, by its own `verdict` settings.',
    examples: [[], [{ conclusive: true }]],
  },
  facts: ['from'],
  decide({ conclusive }, { from }, { release }) {
    const where = from?.environment ?? 'the environment before'
    const result = { title: `Not worse on ${where}`, evidence: `/releases/${release.id}` }
    const standing = standsIn(from, release.id)
    if (standing.kind === 'not-live') return { ...result, ...standing.said }
    const { verdict, isJudged } = standing
    if (!isJudged) return { ...result, state: 'met', detail: `nothing ran on ${where} before that it is compared with` }
    if (verdict?.state === 'healthy') return { ...result, state: 'met', detail: verdict.summary }
    if (verdict?.state === 'worse')
      return { ...result, state: 'unmet', detail: verdict.summary, next: 'mend it in a new commit' }
    if (verdict?.state === 'inconclusive') {
      if (!conclusive) return { ...result, state: 'met', detail: verdict.summary }
      const next = `send ${where} traffic and deploy it there again`
      return { ...result, state: 'unmet', detail: verdict.summary, next }
    }
    const detail = verdict?.summary ?? 'it is not judged yet'
    return { ...result, state: 'waiting', detail, next: `wait for the verdict on ${where}` }
  },
})
