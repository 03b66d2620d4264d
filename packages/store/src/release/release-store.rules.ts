import type { Release } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const release = (sha: string, day: number): Release => ({
  id: sha,
  project: 'shop',
  sha,
  title: 'Add the cart',
  author: 'mira',
  createdAt: `2026-03-0${day}T08:00:00.000Z`,
  runId: null,
  artifacts: [{ service: 'backend', digest: `sha256:${'0'.repeat(64)}`, bytes: 12 }],
  migrations: [{ version: '1', name: 'a', sql: 'select 1', effect: 'expand', verdicts: [] }],
  badBecause: null,
})

export const releaseRules: Rules = {
  'makes a release once: the same id again changes nothing and answers the stored one': async current => {
    const first = release('a1', 1)
    expect(await current.store.releases.add(first)).toEqual(first)
    expect(await current.store.releases.add({ ...first, title: 'Another' })).toEqual(first)
  },

  'lists newest first and tells why one is bad': async current => {
    const { releases } = current.store
    await releases.add(release('b2', 2))
    await releases.add(release('c3', 3))
    await releases.markBad('shop', 'b2', 'rolled back')
    expect((await releases.list('shop', 2)).map(({ id, badBecause }) => [id, badBecause])).toEqual([
      ['c3', null],
      ['b2', 'rolled back'],
    ])
    expect(await releases.add(release('b2', 2))).toMatchObject({ badBecause: 'rolled back' })
    expect(await releases.get('blog', 'b2')).toBeNull()
    const some = await releases.some('shop', ['c3', 'b2', 'none'])
    expect(some.map(({ id, badBecause }) => [id, badBecause]).sort()).toEqual([
      ['b2', 'rolled back'],
      ['c3', null],
    ])
  },
}
