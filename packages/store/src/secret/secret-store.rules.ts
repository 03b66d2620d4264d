import type { SealedSecret, Variable } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const secret = (over: Partial<SealedSecret> = {}): Omit<SealedSecret, 'version'> => ({
  project: 'shop',
  environment: null,
  name: 'TOKEN',
  keyId: 'k1',
  sealed: 'sealed',
  isForAnyBranch: false,
  updatedAt: '2026-03-01T08:00:00.000Z',
  updatedBy: 'Ana',
  ...over,
})
const variable = (over: Partial<Variable> = {}): Variable => ({
  project: 'shop',
  environment: null,
  name: 'REGION',
  value: 'fra',
  updatedAt: '2026-03-01T08:00:00.000Z',
  updatedBy: 'Ana',
  ...over,
})

export const secretRules: Rules = {
  'keeps one secret of a name in each place, and tells a project nothing of another': async ({
    store: { secrets },
  }) => {
    await secrets.save(secret({ environment: 'staging' }))
    await secrets.save(secret())
    await secrets.save(secret({ project: 'blog' }))
    await secrets.save(secret({ sealed: 'sealed anew', isForAnyBranch: true }))
    expect(await secrets.list('shop')).toEqual([
      { ...secret({ sealed: 'sealed anew', isForAnyBranch: true }), version: 2 },
      { ...secret({ environment: 'staging' }), version: 1 },
    ])
    expect(await secrets.remove({ project: 'shop', environment: 'staging', name: 'TOKEN' })).toBe(true)
    expect(await secrets.remove({ project: 'shop', environment: 'staging', name: 'TOKEN' })).toBe(false)
    expect((await secrets.list('shop')).map(({ environment }) => environment)).toEqual([null])
    expect(await secrets.list('blog')).toHaveLength(1)
  },

  'puts another seal on a secret only as it was read': async ({ store: { secrets } }) => {
    await secrets.save(secret({ project: 'seals', name: 'A', keyId: 'old' }))
    await secrets.save(secret({ project: 'seals', name: 'B', keyId: 'new' }))
    const [read] = (await secrets.notSealedBy(['new'], 100)).filter(({ project }) => project === 'seals')
    expect(read?.name).toBe('A')
    if (!read) return
    await secrets.save(secret({ project: 'seals', name: 'A', keyId: 'new', sealed: 'set meanwhile' }))
    expect(await secrets.reseal(read, { keyId: 'new', sealed: 'of before' })).toBe(false)
    const [now] = await secrets.list('seals')
    expect(now?.sealed).toBe('set meanwhile')
    expect(now && (await secrets.reseal(now, { keyId: 'newest', sealed: 'x' }))).toBe(true)
    expect(await secrets.sealedBy()).toEqual(expect.arrayContaining([{ keyId: 'newest', secrets: 1 }]))
    expect(await secrets.notSealedBy(['no key'], 1)).toHaveLength(1)
  },

  'of two sets at once one stands, whole': async ({ store: { secrets } }) => {
    const both = ['one', 'two'].map(word => secret({ project: 'twice', sealed: word, updatedBy: word }))
    await Promise.all(both.map(each => secrets.save(each)))
    const [stands, ...others] = await secrets.list('twice')
    expect(others).toEqual([])
    expect(stands).toMatchObject({ version: 2, updatedBy: stands?.sealed })
  },

  'keeps variables with their values, by place': async ({ store: { variables } }) => {
    await variables.save(variable({ environment: 'production', value: 'lhr' }))
    await variables.save(variable())
    await variables.save(variable({ value: 'cdg' }))
    await variables.save(variable({ project: 'blog' }))
    expect(await variables.list('shop')).toEqual([
      variable({ value: 'cdg' }),
      variable({ environment: 'production', value: 'lhr' }),
    ])
    const place = { project: 'shop', environment: null, name: 'REGION' }
    expect([await variables.remove(place), await variables.remove(place)]).toEqual([true, false])
    expect(await variables.list('shop')).toHaveLength(1)
  },
}
