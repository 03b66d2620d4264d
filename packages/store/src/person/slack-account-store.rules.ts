import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const leo = { team: 'T1', user: 'U1', label: 'leo of acme' }
const [now, later] = ['2026-03-01T08:00:00.000Z', '2026-03-01T08:10:00.000Z']

export const slackAccountRules: Rules = {
  'is taken once, by whoever has the newest secret, until its time is over': async current => {
    const { slackAccounts } = current.store
    await slackAccounts.offer(leo, 'first', later)
    await slackAccounts.offer(leo, 'second', later)
    expect(await slackAccounts.offered('first', now)).toBeNull()
    expect(await slackAccounts.take('second', 'late', later)).toBeNull()
    expect(await slackAccounts.personOf(leo)).toBeNull()
    const both = await Promise.all(['mira', 'bo'].map(person => slackAccounts.take('second', person, now)))
    expect(both.filter(Boolean)).toEqual([leo])
    expect(await slackAccounts.offered('second', now)).toBeNull()
  },

  'is of one person, of one workspace, until they give it up': async current => {
    const { slackAccounts } = current.store
    const owner = (await slackAccounts.personOf(leo)) ?? ''
    expect(await slackAccounts.personOf({ ...leo, team: 'T2' })).toBeNull()
    expect(await slackAccounts.of(owner)).toEqual([leo])
    expect(await slackAccounts.remove('somebody', leo)).toBe(false)
    expect(await slackAccounts.remove(owner, leo)).toBe(true)
    expect(await slackAccounts.personOf(leo)).toBeNull()
  },
}
