import * as z from 'zod'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './define-gate.ts'

/** What is live where the release is to go could come back afterwards. */
export const rollbackReady = defineGate({
  name: 'rollbackReady',
  word: () => ({ gate: 'rollbackReady' as const }),
  schema: z.strictObject({
    gate: z.literal('rollbackReady').describe('what is live there now could come back afterwards'),
  }),
  env: () => [],
  docs: {
    title: 'Rollback is ready',
    about:
      'What is live in the target now could be put back after this promotion: it is known and not bad, its built files are kept, and it fits the schema.',
    examples: [[]],
  },
  facts: ['wayBack'],
  decide(_settings, { wayBack }, { environment }) {
    const result = { title: `Rollback of ${environment} is ready`, evidence: '/' }
    if (!wayBack) return { ...result, state: 'met', detail: `nothing is live in ${environment} that could come back` }
    const to = shortSha(wayBack.to)
    if (wayBack.isSafe) return { ...result, state: 'met', detail: `${to} could come back` }
    const next = 'remove what stands in the way, or there is no way back from this release'
    return {
      ...result,
      state: 'unmet',
      detail: `${to} could not come back: ${wayBack.blockers.join('; ')}`,
      evidence: `/releases/${wayBack.to}`,
      next,
    }
  },
})
