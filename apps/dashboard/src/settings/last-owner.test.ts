import { expect, test } from 'vitest'
import { whyOwnerStays } from './last-owner.ts'

const owner = { role: 'owner' } as const
const viewer = { role: 'viewer' } as const

test('the only owner stays, and is told what to do first', () => {
  expect(whyOwnerStays(owner, [viewer, owner])).toBe('The only owner of the project: make somebody else an owner first')
})

test('one of two owners may go, and so may whoever is no owner', () => {
  expect(whyOwnerStays(owner, [owner, owner])).toBeNull()
  expect(whyOwnerStays(viewer, [owner, viewer])).toBeNull()
})
