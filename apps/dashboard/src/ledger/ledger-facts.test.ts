import { expect, test } from 'vitest'
import { chainFace, evidenceText } from './ledger-facts.ts'

const sha = '9d01e77'.padEnd(40, 'a')

test('evidence is one line of plain values', () => {
  expect(evidenceText({ environment: 'production', from: sha, gates: [1] })).toBe('environment production · from 9d01e77')
})

test('a broken chain is bad and says where', () => {
  expect(chainFace({ whole: true, brokenAt: null }).role).toBe('ok')
  expect(chainFace({ whole: false, brokenAt: 7 })).toMatchObject({ role: 'bad', word: 'chain is broken at 7' })
})
