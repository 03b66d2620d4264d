import type { FoundKey, IngestKey, IngestKeyStore } from '@gantry/core'
import { beforeEach, expect, test } from 'vitest'
import { dsnOf, IngestKeys } from './ingest-keys.ts'

let nowMs = 0
let asked: string[] = []
let rows: FoundKey[] = []
const store = {
  async find(key: string) {
    asked.push(key)
    return rows.find(row => row.key === key) ?? null
  },
  own: async (_: string, service: string | null) => rows.find(row => row.isOwn && row.service === service) ?? null,
  async ensure(keys: IngestKey[]) {
    for (const key of keys)
      if (!rows.some(row => row.isOwn && row.service === key.service)) rows.push({ ...key, projectNumber: 1 })
  },
} as unknown as IngestKeyStore
let keys: IngestKeys

beforeEach(() => {
  nowMs = Date.parse('2026-11-27T12:00:00.000Z')
  asked = []
  rows = []
  keys = new IngestKeys({
    store,
    projects: { byNumber: async () => null },
    now: () => new Date(nowMs),
    newId: () => `k${rows.length}`,
  })
})

const added = (over: Partial<IngestKey> = {}) => {
  const row = { ...keys.make({ project: 'shop', service: null, madeBy: 'Ana' }), ...over, projectNumber: 1 }
  rows.push(row)
  return row
}

test('a key is looked up once a second, however often it is shown, a wrong one as well', async () => {
  const { key } = added()
  for (let count = 0; count < 5; count++) {
    expect(await keys.find(key)).toMatchObject({ project: 'shop' })
    expect(await keys.find('stranger')).toBeNull()
  }
  expect(asked).toEqual([key, 'stranger'])
  nowMs += 1_000
  await keys.find(key)
  expect(asked).toHaveLength(3)
})

test('one that was revoked here is refused at once, one revoked by another server within a second', async () => {
  const row = added()
  await keys.find(row.key)
  row.revokedAt = new Date(nowMs).toISOString()
  keys.changed()
  expect(await keys.find(row.key)).toBeNull()
  row.revokedAt = null
  keys.changed()
  await keys.find(row.key)
  row.revokedAt = new Date(nowMs).toISOString()
  nowMs += 1_000
  expect(await keys.find(row.key)).toBeNull()
})

test('a rotated one works to the end of its grace, though it is known from before', async () => {
  const { key } = added({ worksUntil: new Date(nowMs + 500).toISOString() })
  expect(await keys.find(key)).not.toBeNull()
  nowMs += 500
  expect(await keys.find(key)).toBeNull()
})

test('a question that failed is asked again', async () => {
  const { key } = added()
  const { find } = store
  store.find = async () => Promise.reject(new Error('the database is away'))
  await expect(keys.find(key)).rejects.toThrow('away')
  store.find = find
  expect(await keys.find(key)).not.toBeNull()
})

test('each service has an own key, the project another; they stay as they are when adopted again', async () => {
  await keys.adopt('shop', ['web', 'backend'])
  const first = rows.map(({ key, service }) => [service, key])
  await keys.adopt('shop', ['web', 'backend', 'database'])
  expect(rows.slice(0, 3).map(({ key, service }) => [service, key])).toEqual(first)
  expect(new Set(rows.map(({ key }) => key)).size).toBe(4)
  expect((await keys.own('shop', 'late')).key).toMatch(/^[0-9a-f]{32}$/)
})

test('a DSN names the address, the key and the project', () => {
  const key = 'a'.repeat(32)
  expect(dsnOf('http://127.0.0.1:4400', { key }, 3)).toBe(`http://${key}@127.0.0.1:4400/3`)
})
