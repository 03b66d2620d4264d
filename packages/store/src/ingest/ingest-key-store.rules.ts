import type { IngestKey } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 8, minute)).toISOString()
let count = 0
const key = (over: Partial<IngestKey> = {}): IngestKey => {
  count++
  return {
    id: `k${count}`,
    project: 'shop',
    service: 'backend',
    kind: 'client',
    key: String(count).padStart(32, '0'),
    origins: [],
    perMinute: null,
    isOwn: false,
    madeBy: 'gantry',
    createdAt: at(count),
    lastUsedAt: null,
    rotatedAt: null,
    worksUntil: null,
    revokedAt: null,
    ...over,
  }
}

export const ingestKeyRules: Rules = {
  'finds a key with the number of its project, and keeps all that was said of it': async ({ store }) => {
    const { number } = await store.projects.ensure({ name: 'shop', createdAt: at(0) })
    const web = key({ service: null, kind: 'server', origins: ['https://a.example', '*.b.example'], perMinute: 60 })
    await store.ingestKeys.add(web)
    expect(await store.ingestKeys.find(web.key)).toEqual({ ...web, projectNumber: number })
    expect(await store.ingestKeys.find('none')).toBeNull()
  },

  'makes one own key for a service, however many servers do so at once': async ({ store }) => {
    const made = await Promise.all(
      Array.from({ length: 5 }, async () => {
        await store.ingestKeys.ensure([key({ isOwn: true }), key({ isOwn: true, service: null })])
        return Promise.all([store.ingestKeys.own('shop', 'backend'), store.ingestKeys.own('shop', null)])
      }),
    )
    expect(new Set(made.map(([own]) => own?.id)).size).toBe(1)
    expect(new Set(made.map(([, own]) => own?.id)).size).toBe(1)
    expect(made[0]?.[0]?.id).not.toBe(made[0]?.[1]?.id)
  },

  'tells names apart that are the same when joined': async ({ store }) => {
    await store.projects.ensure({ name: 'a', createdAt: at(0) })
    await store.projects.ensure({ name: 'a-b', createdAt: at(0) })
    await store.ingestKeys.ensure([
      key({ project: 'a', service: 'b-c', isOwn: true }),
      key({ project: 'a-b', service: 'c', isOwn: true }),
    ])
    const own = await Promise.all([store.ingestKeys.own('a', 'b-c'), store.ingestKeys.own('a-b', 'c')])
    expect(own).toMatchObject([
      { project: 'a', service: 'b-c' },
      { project: 'a-b', service: 'c' },
    ])
    expect(await store.ingestKeys.own('a', 'c')).toBeNull()
    expect(await store.ingestKeys.list('a')).toHaveLength(1)
  },

  'rotates once: the former keeps its grace, and the next is the own one': async ({ store }) => {
    const { ingestKeys } = store
    const [former, next, late] = [1, 2, 3].map(() => key({ service: 'rotated', isOwn: true })) as [
      IngestKey,
      IngestKey,
      IngestKey,
    ]
    await ingestKeys.ensure([former])
    const time = { rotatedAt: at(1), worksUntil: at(9) }
    expect(await ingestKeys.rotate('shop', former.id, next, time)).toBe(true)
    expect(await ingestKeys.rotate('shop', former.id, late, time)).toBe(false)
    expect((await ingestKeys.own('shop', 'rotated'))?.id).toBe(next.id)
    expect(await ingestKeys.find(former.key)).toMatchObject({ ...time, isOwn: false })
    expect(await ingestKeys.find(late.key)).toBeNull()
  },

  'of a project, nothing of another is changed or revoked': async ({ store }) => {
    const { ingestKeys } = store
    const own = key({ service: 'mine' })
    await ingestKeys.add(own)
    const limits = { origins: ['a.example'], perMinute: 5 }
    expect(await ingestKeys.change('blog', own.id, limits)).toBe(false)
    expect(await ingestKeys.revoke('blog', own.id, at(1))).toBe(false)
    expect(await ingestKeys.rotate('blog', own.id, key(), { rotatedAt: at(1), worksUntil: at(2) })).toBe(false)
    expect(await ingestKeys.list('blog')).toEqual([])
    expect(await ingestKeys.change('shop', own.id, limits)).toBe(true)
    expect(await ingestKeys.revoke('shop', own.id, at(1))).toBe(true)
    expect(await ingestKeys.revoke('shop', own.id, at(2))).toBe(false)
    expect(await ingestKeys.change('shop', own.id, limits)).toBe(false)
    expect(await ingestKeys.find(own.key)).toMatchObject({ ...limits, revokedAt: at(1) })
  },

  'notes the newest use, in whichever order two servers say so': async ({ store }) => {
    const { ingestKeys } = store
    const [one, other] = [key(), key()] as const
    await ingestKeys.add(one)
    await ingestKeys.add(other)
    await ingestKeys.used([
      { id: one.id, at: at(5) },
      { id: other.id, at: at(1) },
    ])
    await ingestKeys.used([{ id: one.id, at: at(3) }])
    await ingestKeys.used([])
    expect((await ingestKeys.find(one.key))?.lastUsedAt).toBe(at(5))
    expect((await ingestKeys.find(other.key))?.lastUsedAt).toBe(at(1))
  },
}
