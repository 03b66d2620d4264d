import { expect, test } from 'vitest'
import { actNames, acts, isAtLeast, mayAct } from './acts.ts'
import { type Invitation, invitationLapse } from './invitation.ts'
import { judgeMemberChange } from './membership.ts'
import { Role } from './person.ts'
import { scopesCover, scopesReach, TokenScope } from './token-scope.ts'

const allowed = (role: (typeof Role.options)[number] | null) => actNames.filter(act => mayAct(role, act))

test('each role may do what the ones before it may, and more', () => {
  const [viewer, developer, manager, owner] = Role.options.map(allowed)
  expect(allowed(null)).toEqual([])
  expect(viewer).toEqual(['look', 'save'])
  expect(developer).toEqual(['look', 'save', 'run', 'release', 'tick', 'share', 'deploy', 'respond', 'ingest'])
  expect(manager).toEqual([...(developer ?? []), 'rollback', 'approve', 'hold'])
  expect(owner).toEqual(actNames)
  expect(isAtLeast('owner', 'owner') && !isAtLeast('release-manager', 'owner')).toBe(true)
})

test('no token does what somebody answers for by name, whatever its scopes', () => {
  const every = ['read', 'run', 'release', 'respond', 'ingest', 'deploy:staging', 'rollback:staging']
  const byToken = actNames.filter(act => scopesCover(every, act, 'staging'))
  expect(byToken).toEqual(['look', 'run', 'release', 'deploy', 'respond', 'ingest', 'rollback'])
  for (const act of ['approve', 'hold', 'tick', 'override', 'people', 'tokens', 'secrets'] as const)
    expect([act, acts[act].scope, scopesReach([...every, act], act)]).toEqual([act, null, false])
})

test('a scope for one environment covers no other, and none that the request leaves out', () => {
  const scopes = ['deploy:staging']
  expect(scopesReach(scopes, 'deploy')).toBe(true)
  expect(['staging', 'production', undefined].map(name => scopesCover(scopes, 'deploy', name))).toEqual([
    true,
    false,
    false,
  ])
  expect(scopesReach(scopes, 'rollback') || scopesReach(scopes, 'look')).toBe(false)
})

test.each([
  ['read', true],
  ['deploy:staging', true],
  ['rollback:eu-1', true],
  ['deploy', false],
  ['deploy:', false],
  ['deploy:a:b', false],
  ['deploy:*', false],
  ['read:staging', false],
  ['approve', false],
  ['', false],
])('%j is a scope: %j', (text, isOne) => {
  expect(TokenScope.safeParse(text).success).toBe(isOne)
})

test('the last owner stays one; the last but one may go', () => {
  const people = [
    { id: 'ana', role: 'owner' },
    { id: 'ben', role: 'developer' },
  ] as const
  expect(judgeMemberChange(people, 'ana', null)).toBe('last-owner')
  expect(judgeMemberChange(people, 'ana', 'release-manager')).toBe('last-owner')
  expect(judgeMemberChange(people, 'ana', 'owner')).toBe('done')
  expect(judgeMemberChange(people, 'ben', null)).toBe('done')
  expect(judgeMemberChange(people, 'zoe', 'owner')).toBe('unknown')
  expect(judgeMemberChange([...people, { id: 'cy', role: 'owner' }], 'ana', null)).toBe('done')
})

test('an invitation lapses when it was accepted, and at its end', () => {
  const invitation: Invitation = {
    ...({ id: 'i', project: 'shop', role: 'viewer', email: null, invitedBy: 'Ana' } as const),
    ...{ createdAt: '2026-03-01T08:00:00.000Z', expiresAt: '2026-03-01T09:00:00.000Z', usedAt: null, usedBy: null },
  }
  expect(invitationLapse(invitation, '2026-03-01T08:59:59.999Z')).toBeNull()
  expect(invitationLapse(invitation, '2026-03-01T09:00:00.000Z')).toBe('expired')
  expect(invitationLapse({ ...invitation, usedAt: '2026-03-01T08:30:00.000Z' }, '2026-03-01T08:40:00.000Z')).toBe(
    'used',
  )
})
