import * as z from 'zod'
import { defineGate } from './define-gate.ts'

/** The release that runs now can still work with the schema afterwards, so that a rollback stays possible. */
export const migrationsSafe = defineGate({
  name: 'migrationsSafe',
  word: () => ({ gate: 'migrationsSafe' as const }),
  schema: z.strictObject({
    gate: z.literal('migrationsSafe').describe('the release that runs now would still fit the schema'),
  }),
  env: () => [],
  docs: {
    title: 'Migrations only add',
    about:
      'What runs in the target now could still work with the schema afterwards, so that a rollback stays possible.',
    examples: [[]],
  },
  facts: ['migrations'],
  decide(_settings, { migrations: { pending, isFirst } }, { release }) {
    const result = { title: 'Migrations only add', evidence: `/releases/${release.id}` }
    if (pending.length === 0) return { ...result, state: 'met', detail: 'the schema stays as it is' }
    if (isFirst) return { ...result, state: 'met', detail: `${pending.length} to apply, nothing is live there yet` }
    const harmful = pending.filter(migration => migration.effect === 'contract')
    if (harmful.length === 0) return { ...result, state: 'met', detail: `${pending.length} to apply, each only adds` }
    const detail = harmful.map(each => `${each.version}_${each.name}: ${each.takesAway.join(', ')}`).join('; ')
    const next = 'ship what only adds first, and take away in a later release'
    return { ...result, state: 'unmet', detail: `after this a rollback would not be possible: ${detail}`, next }
  },
})
