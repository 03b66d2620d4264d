import { expect, test } from 'vitest'
import { branchOf } from './branch-of.ts'

test('the branch of a run is the one that was pushed, of a pull request too', () => {
  const pull = (head: unknown) => branchOf({ ref: 'refs/pull/2/merge', eventPayload: { pull_request: head } })
  expect(pull({ head: { ref: 'fix/cart' } })).toBe('fix/cart')
  expect([pull({ head: {} }), pull(null), pull(undefined)]).toEqual(Array(3).fill('refs/pull/2/merge'))
  const pushed = (ref: string) => branchOf({ ref, eventPayload: { ref } })
  expect([pushed('refs/heads/fix/cart'), pushed('refs/tags/v1'), pushed('main')]).toEqual(['fix/cart', 'v1', 'main'])
})
