import type { LedgerRow } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { ledgerWords } from './ledger-words.ts'

const row = (change: Partial<LedgerRow>): LedgerRow => ({
  seq: 1,
  project: 'p',
  at: '2026-11-23T04:00:00Z',
  actor: 'Ana',
  action: 'promotion.approved',
  subject: `${'9d01e77'.padEnd(40, '0')} → production`,
  reason: null,
  evidence: {},
  previousHash: '',
  hash: '',
  ...change,
})

test('a row is a sentence with its actor first', () => {
  expect(ledgerWords(row({}))).toEqual({
    actor: 'Ana',
    verb: 'approved',
    subject: '9d01e77 → production',
    path: `/releases/${'9d01e77'.padEnd(40, '0')}`,
  })
  expect(ledgerWords(row({ actor: 'gantry', action: 'hold.placed', subject: 'production' }))).toMatchObject({
    actor: 'Gantry',
    path: null,
  })
})

test('what an issue became is its verb', () => {
  const issue = { action: 'issue.changed', subject: 'issue 9' } as const
  expect(ledgerWords(row({ ...issue, evidence: { state: 'muted' } }))).toMatchObject({
    verb: 'muted',
    path: '/issues/9',
  })
  expect(ledgerWords(row({ ...issue, evidence: { state: 'open' } })).verb).toBe('reopened')
})

test('an act on a run leads to the run', () => {
  expect(ledgerWords(row({ action: 'run.cancelled', subject: 'run ci 4', evidence: { run: 'r-1' } }))).toEqual({
    actor: 'Ana',
    verb: 'cancelled',
    subject: 'run ci 4',
    path: '/runs/r-1',
  })
})
