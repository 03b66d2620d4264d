import { defineGate } from './gate.ts'

/** What runs in the target now could still work with the schema afterwards, so that a rollback stays possible. */
export const migrationsSafe = defineGate({
  gate: 'migrationsSafe',
  judge(facts) {
    const result = { gate: 'migrationsSafe', title: 'Migrations only add', evidence: `/releases/${facts.release.id}` }
    const pending = facts.pendingMigrations
    if (pending.length === 0) return { ...result, state: 'met', detail: 'the schema stays as it is' }
    if (facts.isFirst)
      return { ...result, state: 'met', detail: `${pending.length} to apply, nothing is live there yet` }
    const harmful = pending.filter(migration => migration.effect === 'contract')
    if (harmful.length === 0) {
      return { ...result, state: 'met', detail: `${pending.length} to apply, each only adds` }
    }
    const detail = harmful.map(each => `${each.version}_${each.name}: ${each.takesAway.join(', ')}`).join('; ')
    return { ...result, state: 'unmet', detail: `after this a rollback would not be possible: ${detail}` }
  },
})
