import * as z from 'zod'
import { acceptedStatements, inFile, refusedInWords, refusedStatements } from '../release/migration-safety.ts'
import type { Migration } from '../release/release.ts'
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
    title: 'Migrations keep undo safe',
    about:
      'What runs in the target now goes on working with the schema afterwards, and can be gone back to. Each statement is judged; one that a person knows better about says so: `-- gantry:safe <why>`.',
    examples: [[]],
  },
  facts: ['migrations'],
  decide(_settings, { migrations: { pending, isFirst } }, { release }) {
    const result = { title: 'Migrations keep undo safe', evidence: `/releases/${release.id}` }
    if (pending.length === 0) return { ...result, state: 'met', detail: 'the schema stays as it is' }
    if (isFirst) return { ...result, state: 'met', detail: `${pending.length} to apply, nothing is live there yet` }
    const refused = refusedInWords(pending)
    if (refused !== '') return { ...result, state: 'unmet', detail: refused, next: otherForm(pending) }
    const accepted = pending.flatMap(migration =>
      acceptedStatements(migration).map(each => `${inFile(migration, each)} (accepted: ${each.accepted})`),
    )
    const besides = accepted.length > 0 ? `; ${accepted.join('; ')}` : ''
    return { ...result, state: 'met', detail: `${pending.length} to apply, what runs now goes on working${besides}` }
  },
})

/** How the first refused statement is done in two releases. */
const otherForm = (pending: Migration[]): string =>
  pending.flatMap(refusedStatements).flatMap(({ instead }) => instead ?? [])[0] ??
  'ship what only adds first, and take away in a later release'
