import type { Account, ApiToken, Invitation } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const ada: Account = { id: 'ada', name: 'Ada', email: 'ada@example.com', isServerOwner: true }
const ben: Account = { id: 'ben', name: 'Ben', email: null, isServerOwner: false }
const [before, then, after] = ['2026-03-01T08:00:00.000Z', '2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00.000Z']
const programToken = {
  name: 'github',
  project: 'shop',
  scopes: ['read', 'deploy:staging'],
  job: null,
  createdBy: 'Ada',
  createdAt: before,
  expiresAt: then,
  lastUsedAt: null,
} satisfies Omit<ApiToken, 'id' | 'hash'>
const jobToken = {
  ...programToken,
  name: 'deploy #1',
  scopes: [],
  job: { runId: 'r1', environment: 'staging', scopes: ['run', 'deploy'] },
  createdBy: null,
} satisfies Omit<ApiToken, 'id' | 'hash'>
const invitation = {
  id: 'v1',
  project: 'shop',
  role: 'developer',
  email: null,
  invitedBy: 'Ada',
  createdAt: before,
  expiresAt: then,
} satisfies Omit<Invitation, 'usedAt' | 'usedBy'>

const signInLink = { personId: 'ada', expiresAt: then, madeBySession: null, isForLostPassword: false }
type Named = Pick<Account, 'name' | 'email'>

export const accessRules: Rules = {
  'keeps people by id and lists them by name, with one person for an e-mail however it is written': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.savePerson({ ...ben, name: 'Old' })
    await access.savePerson({ ...ben, name: 'Aaron' })
    expect(await access.person('ben')).toEqual({ ...ben, name: 'Aaron' })
    expect(await access.people()).toEqual([{ ...ben, name: 'Aaron' }, ada])
    expect(await access.person('nobody')).toBeNull()
    await expect(access.savePerson({ ...ben, email: 'ADA@example.com' })).rejects.toMatchObject({ code: 'CONFLICT' })
  },

  'remembers every name and e-mail that somebody had, once, those of now first': async current => {
    const { access } = current.store
    for (const email of ['cy@first.example', 'cy@second.example', 'cy@first.example', null, 'cy@third.example'])
      await access.savePerson({ ...ben, id: 'cy', email })
    await access.savePerson({ ...ben, id: 'cy', name: 'Cyd', email: 'cy@third.example' })
    expect(await access.knownAs('cy')).toEqual({
      names: ['Cyd', 'Ben'],
      emails: ['cy@third.example', 'cy@second.example', 'cy@first.example'],
    })
    expect(await access.knownAs('nobody')).toEqual({ names: [], emails: [] })
  },

  'knows with which accounts on GitHub somebody signs in': async ({ store: { access }, database }) => {
    await access.savePerson({ ...ben, id: 'gina', email: 'gina@example.com' })
    const account = (id: string, provider: string) =>
      database.exec(`insert into gantry.accounts (id, provider_id, account_id, person_id, created_at, updated_at)
        values ('${provider} ${id}', '${provider}', '${id}', 'gina', now(), now())`)
    await account('gina', 'credential')
    expect(await access.knownAs('gina')).not.toHaveProperty('github')
    await account('4242', 'github')
    expect((await access.knownAs('gina')).github).toEqual([4242])
    expect([await access.whoseGitHub(4242), await access.whoseGitHub(17)]).toEqual(['gina', null])
  },

  'lets nobody take an e-mail that somebody else has or had, also of two at once': async current => {
    const { access } = current.store
    await access.savePerson({ ...ada, email: 'ada@first.example' })
    await access.savePerson(ada)
    for (const email of ['ada@first.example', 'ADA@example.com'])
      await expect(access.savePerson({ ...ben, email })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect([await access.whoseEmail('Ada@first.example'), await access.whoseEmail('no@example.com')]).toEqual([
      'ada',
      null,
    ])
    await access.savePerson({ ...ada, email: 'ada@first.example' })
    const claims = ['ben', 'cy'].map(id => access.savePerson({ ...ben, id, email: 'both@example.com' }))
    expect((await Promise.allSettled(claims)).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  },

  'knows the role of somebody in each project, and nothing of it in another': async current => {
    const { access } = current.store
    for (const person of [ada, ben]) await access.savePerson(person)
    await access.addMember('shop', 'ada', 'owner', before)
    await access.addMember('shop', 'ben', 'viewer', then)
    await access.addMember('blog', 'ben', 'owner', then)
    expect(await access.memberships('ben')).toEqual([
      { project: 'blog', role: 'owner' },
      { project: 'shop', role: 'viewer' },
    ])
    expect([await access.role('shop', 'ben'), await access.role('blog', 'ada')]).toEqual(['viewer', null])
    expect(await access.members('shop')).toEqual([
      { id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'owner', since: before },
      { id: 'ben', name: 'Ben', email: null, role: 'viewer', since: then },
    ])
  },

  'keeps the last owner, also when two owners leave at once': async current => {
    const { access } = current.store
    for (const person of [ada, ben]) {
      await access.savePerson(person)
      await access.addMember('shop', person.id, 'owner', before)
    }
    const left = await Promise.all([
      access.changeMember('shop', 'ada', null),
      access.changeMember('shop', 'ben', 'viewer'),
    ])
    expect(left.sort()).toEqual(['done', 'last-owner'])
    expect((await access.members('shop')).filter(({ role }) => role === 'owner')).toHaveLength(1)
    expect(await access.changeMember('shop', 'nobody', null)).toBe('unknown')
  },

  'lets an invitation be accepted once, by one of two, before it expires, and not when it was revoked':
    async current => {
      const { access } = current.store
      await access.addInvitation({ ...invitation, hash: 'vh1', email: 'Mia@Example.com' })
      await access.addInvitation({ ...invitation, id: 'v2', hash: 'vh2' })
      const open = { ...invitation, usedAt: null, usedBy: null }
      expect(await access.invitation('vh1')).toEqual({ ...open, email: 'mia@example.com' })
      expect((await access.invitations('shop', before)).map(({ id }) => id).sort()).toEqual(['v1', 'v2'])
      expect(await access.invitations('blog', before)).toEqual([])
      const [mia, max] = ['Mia', 'Max'].map(name => ({ name, email: null })) as [Named, Named]
      expect(await access.useInvitation('vh1', mia, after)).toBeNull()
      const used = await Promise.all([mia, max].map(one => access.useInvitation('vh1', one, before)))
      expect(used.filter(one => one !== null)).toHaveLength(1)
      expect(await access.revokeInvitation('blog', 'v2', before)).toBeNull()
      expect(await access.revokeInvitation('shop', 'v2', before)).toMatchObject({ id: 'v2' })
      expect(await access.revokeInvitation('shop', 'v1', before)).toBeNull()
      expect(await access.useInvitation('vh2', mia, before)).toBeNull()
      expect(await access.invitations('shop', before)).toEqual([])
    },

  'lets one account be made with an invitation, which then is for that one alone': async current => {
    const { access } = current.store
    await access.addInvitation({ ...invitation, id: 'v5', hash: 'vh5' })
    expect(await access.holdInvitation('vh5', 'late@example.com', after)).toBe(false)
    const emails = ['mia@example.com', 'max@example.com']
    const held = await Promise.all(emails.map(email => access.holdInvitation('vh5', email, before)))
    expect(held.filter(Boolean)).toHaveLength(1)
    const [first, second] = held[0] ? emails : emails.toReversed()
    expect(await access.holdInvitation('vh5', first?.toUpperCase() ?? '', before)).toBe(true)
    for (const email of [second ?? '', null])
      expect(await access.useInvitation('vh5', { name: 'x', email }, before)).toBeNull()
    expect(await access.useInvitation('vh5', { name: 'x', email: first ?? '' }, before)).toMatchObject({ id: 'v5' })
    expect(await access.holdInvitation('vh5', first ?? '', before)).toBe(false)
  },

  'lets a sign-in link work once, for one of two browsers, and not after it expired': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addSignInLink({ ...signInLink, hash: 'link' })
    expect(await access.signInLink('link', before)).toEqual({ expiresAt: then, usedAt: null, isVoid: false })
    const used = await Promise.all([access.useSignInLink('link', before), access.useSignInLink('link', before)])
    expect(used.filter(link => link !== null)).toEqual([{ person: ada, isForLostPassword: false }])
    expect(await access.signInLink('link', before)).toMatchObject({ usedAt: before })
    await access.addSignInLink({ ...signInLink, hash: 'late' })
    expect(await access.useSignInLink('late', after)).toBeNull()
    expect(await access.signInLink('late', after)).toMatchObject({ usedAt: null })
    expect(await access.signInLink('none', before)).toBeNull()
  },

  'lets a link work as long as the session that made it': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addSession({ id: 'i1', hash: 's1', personId: 'ada', createdAt: before, expiresAt: then, agent: null })
    for (const hash of ['one', 'two'])
      await access.addSignInLink({ ...signInLink, hash, madeBySession: 'i1', isForLostPassword: true })
    expect(await access.useSignInLink('one', before)).toEqual({ person: ada, isForLostPassword: true })
    await access.endSession('s1')
    expect(await access.useSignInLink('two', before)).toBeNull()
    expect(await access.signInLink('two', before)).toMatchObject({ usedAt: null, isVoid: true })
  },

  'says who has a session, with their role in the project that is asked about': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addMember('shop', 'ada', 'viewer', before)
    const session = { id: 'i1', hash: 's1', personId: 'ada', createdAt: before, expiresAt: then, agent: 'Firefox' }
    await access.addSession(session)
    expect(await access.session('s1', 'shop', before)).toEqual({ sessionId: 'i1', person: ada, role: 'viewer' })
    for (const project of ['blog', null])
      expect(await access.session('s1', project, before)).toEqual({ sessionId: 'i1', person: ada, role: null })
    expect(await access.session('s1', 'shop', after)).toBeNull()
    expect(await access.endSessionsOf('ada', null)).toBe(1)
  },

  'ends a session when asked, by its secret, its id or its person, and when its time is over': async current => {
    const { access } = current.store
    for (const person of [ada, ben]) await access.savePerson(person)
    const session = { personId: 'ada', createdAt: before, expiresAt: then, agent: 'Firefox' }
    await access.addSession({ ...session, id: 'i1', hash: 's1' })
    await access.addSession({ ...session, id: 'i2', hash: 's2', expiresAt: after, agent: null })
    await access.addSession({ ...session, id: 'i3', hash: 's3', personId: 'ben' })
    const first = { id: 'i1', personId: 'ada', person: 'Ada', createdAt: before, expiresAt: then, agent: 'Firefox' }
    const second = { ...first, id: 'i2', expiresAt: after, agent: null }
    expect(await access.sessions(before, 'ada')).toEqual([second, first])
    expect(await access.sessions(before)).toHaveLength(3)
    expect(await access.sessions(then)).toEqual([second])
    expect([await access.endSession('s1'), await access.endSession('s1')]).toEqual([first, null])
    expect(await access.session('s1', null, before)).toBeNull()
    expect([await access.endSessionById('i2'), await access.endSessionById('i2')]).toEqual([second, null])
    for (const id of ['i4', 'i5', 'i6']) await access.addSession({ ...session, id, hash: id })
    expect(await access.endSessionsOf('ada', 'i5')).toBe(2)
    expect((await access.sessions(before)).map(({ id }) => id).sort()).toEqual(['i3', 'i5'])
  },

  'keeps tokens of a project by hash until revoked there or expired': async current => {
    const { access } = current.store
    await access.addToken({ ...jobToken, id: 't1', hash: 'h1' })
    await access.addToken({ ...programToken, id: 't2', hash: 'h2', expiresAt: after })
    expect(await access.token('h1', before)).toEqual({ ...jobToken, id: 't1', hash: 'h1' })
    expect(await access.token('h1', after)).toBeNull()
    expect(await access.token('h2', then)).toMatchObject({ scopes: ['read', 'deploy:staging'], job: null })
    await access.tokenUsed('t2', then)
    const listed = await access.tokens('shop', before)
    expect(listed.map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
      ['t2', then],
      ['t1', null],
    ])
    expect((await access.tokens('shop', then)).map(({ id }) => id)).toEqual(['t2'])
    expect(await access.tokens('blog', before)).toEqual([])
    expect(JSON.stringify(listed)).not.toContain('h1')
    expect(await access.revokeToken('blog', 't2')).toBeNull()
    expect(await access.revokeToken('shop', 't2')).toMatchObject({ name: 'github' })
    expect(await access.revokeToken('shop', 't2')).toBeNull()
    expect(await access.token('h2', before)).toBeNull()
  },

  'ends the tokens of the jobs of one run, or of all runs, and no others': async current => {
    const { access } = current.store
    await access.revokeJobTokens()
    await access.addToken({ ...jobToken, id: 'j1', hash: 'k1', project: 'jobs' })
    await access.addToken({ ...jobToken, id: 'j2', hash: 'k2', project: 'jobs', job: { ...jobToken.job, runId: 'r2' } })
    await access.addToken({ ...jobToken, id: 'j3', hash: 'k3', project: 'jobs', job: { ...jobToken.job, runId: 'r3' } })
    await access.addToken({ ...programToken, id: 'j4', hash: 'k4', project: 'jobs' })
    const left = async () => (await access.tokens('jobs', before)).map(({ id }) => id).sort()
    await access.revokeJobTokens('r1')
    expect(await left()).toEqual(['j2', 'j3', 'j4'])
    await access.revokeJobTokens()
    expect(await left()).toEqual(['j4'])
  },

  'ends the tokens of a run that no runner works on, and leaves those of a job that goes on': async current => {
    const { access, runners, leases } = current.store
    const left = async () => (await access.tokens('kept', before)).map(({ id }) => id).sort()
    const job = { id: 'job-kept', project: 'kept', runId: 'kept-1', jobId: 'a', attempt: 1, labels: [], sealed: null }
    await access.addToken({
      ...jobToken,
      id: 't1',
      hash: 't1',
      project: 'kept',
      job: { ...jobToken.job, runId: 'kept-1' },
    })
    await access.addToken({
      ...jobToken,
      id: 't2',
      hash: 't2',
      project: 'kept',
      job: { ...jobToken.job, runId: 'kept-2' },
    })
    await runners.enqueue({ ...job, createdAt: before, body: {} })
    const lease = await leases.claim({ project: null, kind: 'job', name: job.id }, 'runner', 60_000)
    if (lease) await runners.claim(lease)
    for (const runId of ['kept-1', 'kept-2']) await access.revokeLeftJobTokens(runId)
    expect(await left()).toEqual(['t1'])
    await runners.end(job.id, 'lost')
    await access.revokeLeftJobTokens('kept-1')
    expect(await left()).toEqual([])
  },

  'forgets what does not work any more, and links and invitations a day later': async current => {
    const { access } = current.store
    await access.savePerson(ada)
    await access.addToken({ ...jobToken, id: 'p1', hash: 'q1' })
    await access.addSession({ id: 'i', hash: 's', personId: 'ada', createdAt: before, expiresAt: then, agent: null })
    await access.addSignInLink({ ...signInLink, hash: 'pruned' })
    await access.addInvitation({ ...invitation, id: 'v9', hash: 'vh9' })
    await access.prune(then)
    expect(await access.token('q1', before)).toBeNull()
    expect(await access.session('s', null, before)).toBeNull()
    expect([await access.signInLink('pruned', then), await access.invitation('vh9')]).not.toContain(null)
    await access.prune('2026-03-02T09:00:00.000Z')
    expect([await access.signInLink('pruned', then), await access.invitation('vh9')]).toEqual([null, null])
  },

  'refuses a session of a person nobody knows': async current => {
    const session = { id: 'i9', hash: 's9', personId: 'nobody', createdAt: before, expiresAt: then, agent: null }
    await expect(current.store.access.addSession(session)).rejects.toThrow(/foreign key/)
  },
}
