import { createHash } from 'node:crypto'
import { ledgerText } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const entry = (project: string, subject: string, evidence: Record<string, unknown> = {}) => ({
  project,
  at: '2026-03-01T08:00:00Z',
  actor: 'mira',
  action: 'rollback.done' as const,
  subject,
  reason: 'too many errors',
  evidence,
})

export const ledgerRules: Rules = {
  'chains each row to the newest of its project, recomputable by anyone': async current => {
    const { ledger } = current.store
    const first = await ledger.append(entry('shop', 'd1', { z: 1, a: { c: [1.5, null], b: 'é' }, dropped: undefined }))
    const second = await ledger.append(entry('shop', 'd2'))
    const other = await ledger.append(entry('blog', 'd1'))
    expect([first.seq, second.seq, other.seq]).toEqual([1, 2, 1])
    expect(second.previousHash).toBe(first.hash)
    const [read] = await ledger.list('shop', { limit: 1, before: 2 })
    expect(read).toEqual(first)
    const { hash, ...row } = first
    expect(hash).toBe(createHash('sha256').update(ledgerText(row)).digest('hex'))
  },

  'puts appends made at once in a line without gaps': async current => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => current.store.ledger.append(entry('busy', `d${index}`))))
    const rows = await current.store.ledger.list('busy', { limit: 100 })
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index))
    expect(await current.store.ledger.verify('busy')).toEqual({ brokenAt: null, rows: 20 })
  },

  'verifies whatever was written, odd characters and numbers too': async current => {
    const odd = { nul: 'a\0b', half: '\ud800', big: 1e21, small: 1e-7, '10': 1, '9': 2, when: new Date(0), 'k\0': 1 }
    await current.store.ledger.append(entry('odd', 'half \udc00', odd))
    await current.store.ledger.append(entry('odd', 'next'))
    expect(await current.store.ledger.verify('odd')).toEqual({ brokenAt: null, rows: 2 })
    expect(await current.store.ledger.verify('empty')).toEqual({ brokenAt: null, rows: 0 })
  },

  'refuses to change, delete or empty what was written': async current => {
    for (const statement of [
      "update gantry.ledger set actor = 'x'",
      'delete from gantry.ledger',
      'truncate gantry.ledger',
    ]) {
      await expect(current.database.exec(statement)).rejects.toThrow('append-only')
    }
  },

  'finds the first row that was tampered with by someone who owns the database': async current => {
    const { ledger } = current.store
    for (const subject of ['d1', 'd2', 'd3']) await ledger.append(entry('forged', subject))
    const forge = (statement: string) =>
      current.database.exec(`begin; set local session_replication_role = replica; ${statement}; commit`)
    await forge("update gantry.ledger set actor = 'eve' where project = 'forged' and seq = 2")
    expect(await ledger.verify('forged')).toEqual({ brokenAt: 2, rows: 3 })
    await forge("delete from gantry.ledger where project = 'forged' and seq = 2")
    expect(await ledger.verify('forged')).toEqual({ brokenAt: 3, rows: 2 })
  },
}
