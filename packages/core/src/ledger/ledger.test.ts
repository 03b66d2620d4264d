import { expect, test } from 'vitest'
import { type LedgerRow, ledgerText } from './ledger.ts'

const row: Omit<LedgerRow, 'hash'> = {
  seq: 2,
  project: 'shop',
  at: '2026-11-23T10:00:00.000Z',
  actor: 'ana@shop.example',
  action: 'promotion.approved',
  subject: 'sha-1',
  reason: null,
  evidence: { gates: [{ name: 'ci', state: 'green' }, 'soak'], approvals: 1 },
  previousHash: 'a'.repeat(64),
}

test('the text of a row does not depend on the order its fields were written in, at any depth', () => {
  const turned = Object.fromEntries(Object.entries(row).reverse()) as typeof row
  turned.evidence = { approvals: 1, gates: [{ state: 'green', name: 'ci' }, 'soak'] }
  expect(ledgerText(turned)).toBe(ledgerText(row))
  expect(ledgerText(row)).toMatch(/^\{"action":"promotion.approved","actor":"ana@shop.example",/)
})

test('the text differs as soon as anything in the row does, the order of a list too', () => {
  const texts = [
    row,
    { ...row, reason: '' },
    { ...row, previousHash: 'b'.repeat(64) },
    { ...row, evidence: { gates: ['soak', { name: 'ci', state: 'green' }], approvals: 1 } },
    { ...row, evidence: { gates: [{ name: 'ci', state: 'red' }, 'soak'], approvals: 1 } },
  ].map(ledgerText)
  expect(new Set(texts).size).toBe(texts.length)
})

test('the text can be read back whole', () => {
  expect(JSON.parse(ledgerText(row))).toEqual(row)
})
