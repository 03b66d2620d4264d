import type { KeptSearch } from '@gantry/core'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = '2026-03-01T08:00:00.000Z'
const search = (id: string, change: Partial<KeptSearch> = {}): KeptSearch =>
  ({
    ...{ project: 'shop', id, kind: 'logs', ownerId: null, isShared: true, name: id, search: { q: 'level:error' } },
    ...{ version: 1, changedAt: at, changedBy: 'Ana' },
    ...change,
  }) as KeptSearch
const own = { ownerId: 'mira', isShared: false } as const

export const savedSearchRules: Rules = {
  'are those of everybody and those of the person who asks, by name': async current => {
    const { savedSearches } = current.store
    await savedSearches.add(search('Slow checkout'))
    await savedSearches.add(search('mine', { ...own, name: 'a mine' }))
    await savedSearches.add(search('of bo', { ownerId: 'bo', isShared: false }))
    await savedSearches.add(search('issues', { kind: 'issues', search: { state: 'all' }, name: 'Slow checkout' }))
    expect((await savedSearches.list('shop', 'mira')).map(({ id }) => id)).toEqual(['mine', 'Slow checkout', 'issues'])
    expect((await savedSearches.list('shop', null)).map(({ id }) => id)).toEqual(['Slow checkout', 'issues'])
    expect(await savedSearches.get('shop', 'mine')).toEqual(search('mine', { ...own, name: 'a mine' }))
  },

  'have names that differ for each owner and kind, also when two are added at once': async current => {
    const { savedSearches } = current.store
    const taken = { code: 'SEARCH_NAME_TAKEN' }
    await expect(savedSearches.add(search('again', { name: ' slow  CHECKOUT' }))).rejects.toMatchObject(taken)
    await savedSearches.add(search('mine too', { ...own, name: 'slow checkout' }))
    const both = await Promise.allSettled(['one', 'two'].map(id => savedSearches.add(search(id, { name: 'at once' }))))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const mine = search('mine', { ...own, name: 'Slow checkout' })
    await expect(savedSearches.change(mine)).rejects.toMatchObject(taken)
  },

  'are changed by whoever saw the newest of them': async current => {
    const { savedSearches } = current.store
    const both = await Promise.allSettled(
      ['left', 'right'].map(name => savedSearches.change(search('mine', { ...own, name }))),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } })
    expect(await savedSearches.get('shop', 'mine')).toMatchObject({ version: 2 })
  },

  'are put back for a month after they were removed, unless their name was taken meanwhile': async current => {
    const { savedSearches } = current.store
    expect(await savedSearches.remove('shop', 'mine', at)).toBe(true)
    expect(await savedSearches.remove('shop', 'mine', at)).toBe(false)
    expect((await savedSearches.list('shop', 'mira')).map(({ id }) => id)).not.toContain('mine')
    const removed = search('mine', { ...own, version: 2 })
    await expect(savedSearches.change(removed)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await savedSearches.putBack('shop', 'mine')).toMatchObject({ id: 'mine', version: 2 })
    expect(await savedSearches.putBack('shop', 'mine')).toBeNull()
    const { name } = (await savedSearches.get('shop', 'mine')) ?? search('mine')
    await savedSearches.remove('shop', 'mine', at)
    await savedSearches.add(search('taker', { ...own, name }))
    await expect(savedSearches.putBack('shop', 'mine')).rejects.toMatchObject({ code: 'SEARCH_NAME_TAKEN' })
    await savedSearches.remove('shop', 'taker', '2026-04-02T08:00:00.000Z')
    expect(await savedSearches.get('shop', 'mine')).toBeNull()
  },

  'are two hundred of a kind at most, for one owner': async current => {
    const { savedSearches } = current.store
    const full = { ...own, ownerId: 'full' }
    await savedSearches.add(search('full 0', full))
    await sql`
      insert into gantry.saved_searches (project, id, kind, owner_id, name, name_key, search, version, changed_at, changed_by)
      select project, 'full ' || n, kind, owner_id, name || n, name_key || n, search, version, changed_at, changed_by
      from gantry.saved_searches, generate_series(1, 199) as n where id = 'full 0'`.execute(current.database.kysely)
    await expect(savedSearches.add(search('one more', full))).rejects.toMatchObject({ code: 'SEARCHES_FULL' })
    await savedSearches.add(search('of issues', { ...full, kind: 'issues', search: {} }))
    await savedSearches.remove('shop', 'full 7', at)
    await savedSearches.add(search('one more', full))
    await expect(savedSearches.putBack('shop', 'full 7')).rejects.toMatchObject({ code: 'SEARCHES_FULL' })
    await savedSearches.add(search('shared', { name: 'for all' }))
    const takenOver = savedSearches.change(search('shared', { ...full, name: 'for all' }))
    await expect(takenOver).rejects.toMatchObject({ code: 'SEARCHES_FULL' })
    expect(await savedSearches.get('shop', 'shared')).toMatchObject({ isShared: true, version: 1 })
  },
}
