import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settingActs } from './setting-acts.ts'

const sent: { path: string; body: unknown }[] = []
beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('location', { pathname: '/p/shop/settings/people' })
  vi.stubGlobal('fetch', async (path: string, { method, body }: RequestInit) => {
    expect(method).toBe('POST')
    sent.push({ path, body: JSON.parse(String(body)) })
    return new Response('{}')
  })
})
afterEach(() => void vi.unstubAllGlobals())

const invitation = { role: 'viewer', email: null, days: 7 } as const
const token = { name: 'github', scopes: ['read'], days: 90 }

test.each<[string, () => Promise<unknown>, string, unknown]>([
  ['another role', () => settingActs.giveRole('p/1', 'owner'), '/people/p%2F1/role', { role: 'owner' }],
  ['a removal', () => settingActs.removePerson('p/1'), '/people/p%2F1/remove', {}],
  ['an invitation', () => settingActs.invite(invitation), '/invitations', invitation],
  ['a revoked invitation', () => settingActs.revokeInvitation('i/1'), '/invitations/i%2F1/revoke', {}],
  ['a token', () => settingActs.makeToken(token), '/tokens', token],
  ['a revoked token', () => settingActs.revokeToken('t/1'), '/tokens/t%2F1/revoke', {}],
])('%s is asked of the project of the page', async (_, act, path, body) => {
  await act()
  expect(sent).toEqual([{ path: `/api/v1/projects/shop${path}`, body }])
})
