import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const ada = { id: 'ada', name: 'Ada', role: 'owner' } as const
const [before, then, after] = ['2026-03-01T08:00:00.000Z', '2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00.000Z']

export const accessRules: Rules = {
  'keeps people by id and lists them by name': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.savePerson({ id: 'x', name: 'Aaron', role: 'viewer' })
    await access.savePerson({ id: 'x', name: 'Aaron', role: 'developer' })
    expect(await access.person('x')).toEqual({ id: 'x', name: 'Aaron', role: 'developer' })
    expect(await access.people()).toEqual([{ id: 'x', name: 'Aaron', role: 'developer' }, ada])
    expect(await access.person('nobody')).toBeNull()
  },

  'lets a sign-in link work once, for one of two browsers, and not after it expired': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addSignInLink('link', 'ada', then)
    const used = await Promise.all([access.useSignInLink('link', before), access.useSignInLink('link', before)])
    expect(used.filter(person => person !== null)).toEqual([ada])
    await access.addSignInLink('late', 'ada', then)
    expect(await access.useSignInLink('late', after)).toBeNull()
    expect(await access.useSignInLink('late', before)).toBeNull()
  },

  'ends a session when asked and when its time is over': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addSession('s1', 'ada', then)
    expect(await access.session('s1', before)).toEqual(ada)
    expect(await access.session('s1', after)).toBeNull()
    await access.endSession('s1')
    expect(await access.session('s1', before)).toBeNull()
  },

  'keeps tokens by hash until revoked or expired': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    const token = {
      id: 't1',
      hash: 'h1',
      name: 'CI',
      personId: null,
      role: 'developer',
      runId: 'r1',
      expiresAt: then,
    } as const
    await access.addToken(token)
    await access.addToken({ ...token, id: 't2', hash: 'h2', personId: 'ada', runId: null, expiresAt: null })
    expect(await access.token('h1', before)).toEqual(token)
    expect(await access.token('h1', after)).toBeNull()
    expect((await access.token('h2', after))?.personId).toBe('ada')
    await access.revokeToken('t2')
    expect(await access.token('h2', before)).toBeNull()
  },

  'refuses a session of a person nobody knows': async current => {
    await expect(current.store.access.addSession('s9', 'nobody', then)).rejects.toThrow(/foreign key/)
  },
}
