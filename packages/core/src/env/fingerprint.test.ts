import { expect, test } from 'vitest'
import { envChanges, envChangesInWords, envNameChanges } from './fingerprint.ts'

const before = { api: { KEPT: 'a', OTHER: 'a', GONE: 'a', UNTOLD: null, TOLD: 'a' }, only: { A: 'a' } }
const after = { api: { KEPT: 'a', OTHER: 'b', NEW: 'a', UNTOLD: 'b', TOLD: null }, later: { B: 'b' } }

test('what came, went or has another value is told by name, of services that both know', () => {
  expect(envChanges(before, after)).toEqual([
    { service: 'api', name: 'GONE', change: 'removed' },
    { service: 'api', name: 'NEW', change: 'added' },
    { service: 'api', name: 'OTHER', change: 'changed' },
  ])
  expect(envChanges(after, after)).toEqual([])
})

test('between two environments only names count', () => {
  expect(envNameChanges(before, after).map(({ name }) => name)).toEqual(['GONE', 'NEW'])
})

test('changes are said service by service', () => {
  const web = { service: 'web', name: 'FLAG', change: 'added' } as const
  expect(envChangesInWords([...envChanges(before, after), web])).toBe(
    'api: GONE removed, NEW added, OTHER changed; web: FLAG added',
  )
})
