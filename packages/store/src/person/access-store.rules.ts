import type { ApiToken } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const ada = { id: 'ada', name: 'Ada', role: 'owner' } as const
const [before, then, after] = ['2026-03-01T08:00:00.000Z', '2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00.000Z']
const jobToken = {
  name: 'deploy #1',
  personId: null,
  role: 'viewer',
  job: { project: 'p', runId: 'r1', environment: 'staging', scopes: ['run', 'deploy'] },
  createdAt: before,
  expiresAt: then,
} satisfies Omit<ApiToken, 'id' | 'hash'>

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
    expect(await access.signInLink('link')).toEqual({ expiresAt: then, usedAt: null })
    const used = await Promise.all([access.useSignInLink('link', before), access.useSignInLink('link', before)])
    expect(used.filter(person => person !== null)).toEqual([ada])
    expect(await access.signInLink('link')).toEqual({ expiresAt: then, usedAt: before })
    await access.addSignInLink('late', 'ada', then)
    expect(await access.useSignInLink('late', after)).toBeNull()
    expect(await access.signInLink('late')).toEqual({ expiresAt: then, usedAt: null })
    expect(await access.signInLink('none')).toBeNull()
  },

  'ends a session when asked, by its secret or its id, and when its time is over': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    const session = { personId: 'ada', createdAt: before, expiresAt: then, agent: 'Firefox' }
    await access.addSession({ ...session, id: 'i1', hash: 's1' })
    await access.addSession({ ...session, id: 'i2', hash: 's2', expiresAt: after, agent: null })
    expect(await access.session('s1', before)).toEqual(ada)
    expect(await access.session('s1', after)).toBeNull()
    const listed = [
      { id: 'i2', personId: 'ada', person: 'Ada', createdAt: before, expiresAt: after, agent: null },
      { id: 'i1', personId: 'ada', person: 'Ada', createdAt: before, expiresAt: then, agent: 'Firefox' },
    ]
    expect(await access.sessions(before)).toEqual(listed)
    expect(await access.sessions(then)).toEqual(listed.slice(0, 1))
    await access.endSession('s1')
    expect(await access.session('s1', before)).toBeNull()
    expect([await access.endSessionById('i2'), await access.endSessionById('i2')]).toEqual([true, false])
    expect(await access.sessions(before)).toEqual([])
  },

  'keeps tokens by hash until revoked or expired': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addToken({ ...jobToken, id: 't1', hash: 'h1' })
    await access.addToken({ ...jobToken, id: 't2', hash: 'h2', personId: 'ada', job: null, expiresAt: after })
    expect(await access.token('h1', before)).toEqual({ ...jobToken, id: 't1', hash: 'h1' })
    expect(await access.token('h1', after)).toBeNull()
    expect(await access.token('h2', then)).toMatchObject({ personId: 'ada', job: null })
    expect((await access.tokens(before)).map(({ id }) => id)).toEqual(['t2', 't1'])
    expect((await access.tokens(then)).map(({ id }) => id)).toEqual(['t2'])
    expect(JSON.stringify(await access.tokens(before))).not.toContain('h1')
    expect([await access.revokeToken('t2'), await access.revokeToken('t2')]).toEqual([true, false])
    expect(await access.token('h2', before)).toBeNull()
  },

  'ends the tokens of the jobs of one run, or of all runs, and no others': async current => {
    const { access } = current.store
    await access.revokeJobTokens()
    await access.addToken({ ...jobToken, id: 'j1', hash: 'k1' })
    await access.addToken({ ...jobToken, id: 'j2', hash: 'k2', job: { ...jobToken.job, runId: 'r2' } })
    await access.addToken({ ...jobToken, id: 'j3', hash: 'k3', job: { ...jobToken.job, runId: 'r3' } })
    await access.addToken({ ...jobToken, id: 'j4', hash: 'k4', job: null })
    const left = async () => (await access.tokens(before)).map(({ id }) => id).sort()
    await access.revokeJobTokens('r1')
    expect(await left()).toEqual(['j2', 'j3', 'j4'])
    await access.revokeJobTokens()
    expect(await left()).toEqual(['j4'])
  },

  'forgets what does not work any more, and a used link a day later': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addToken({ ...jobToken, id: 'p1', hash: 'q1' })
    await access.addSession({ id: 'i', hash: 's', personId: 'ada', createdAt: before, expiresAt: then, agent: null })
    await access.addSignInLink('pruned', 'ada', then)
    await access.prune(then)
    expect(await access.token('q1', before)).toBeNull()
    expect(await access.session('s', before)).toBeNull()
    expect(await access.signInLink('pruned')).not.toBeNull()
    await access.prune('2026-03-02T09:00:00.000Z')
    expect(await access.signInLink('pruned')).toBeNull()
  },

  'refuses a session of a person nobody knows': async current => {
    const session = { id: 'i9', hash: 's9', personId: 'nobody', createdAt: before, expiresAt: then, agent: null }
    await expect(current.store.access.addSession(session)).rejects.toThrow(/foreign key/)
  },
}
