import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SealedSecret, SecretStore, ValuePlace } from '@gantry/core'
import { afterAll, expect, test } from 'vitest'
import { keyFile } from './key-ring.ts'
import { Secrets } from './secrets.ts'

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'gantry-secrets-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const now = () => new Date('2026-03-01T08:00:00.000Z')
const newKey = () => randomBytes(32).toString('base64')
const everything = () => true

/** Rows in memory. `after` is called behind each write, to die there. */
function memoryStore(rows = new Map<string, SealedSecret>(), after = () => {}) {
  const keyOf = ({ project, environment, name }: ValuePlace) => JSON.stringify([project, environment, name])
  const store: SecretStore = {
    list: async project => [...rows.values()].filter(row => row.project === project),
    async save(secret) {
      rows.set(keyOf(secret), { ...secret, version: (rows.get(keyOf(secret))?.version ?? 0) + 1 })
      after()
    },
    remove: async place => rows.delete(keyOf(place)),
    async sealedBy() {
      const counted = Map.groupBy(rows.values(), ({ keyId }) => keyId)
      return [...counted].map(([keyId, of]) => ({ keyId, secrets: of.length }))
    },
    notSealedBy: async (keyIds, limit) => [...rows.values()].filter(row => !keyIds.includes(row.keyId)).slice(0, limit),
    async reseal(secret, given) {
      if (rows.get(keyOf(secret))?.version !== secret.version) return false
      rows.set(keyOf(secret), { ...secret, ...given, version: secret.version + 1 })
      after()
      return true
    },
  }
  return { rows, store }
}

const open = (store: SecretStore, over: { given?: string; home?: string; lost?: string[] } = {}) =>
  Secrets.open({ store, given: over.given, home: over.home ?? folder(), lost: over.lost ?? [], now })

const setOne = (secrets: Secrets, name: string, value: string, environment: string | null = null) =>
  secrets.set({ project: 'shop', environment, name, value, isForAnyBranch: false, updatedBy: 'Ana' })

test('what rests is no text of the secret, and differs each time', async () => {
  const { rows, store } = memoryStore()
  const secrets = await open(store, { given: newKey() })
  await setOne(secrets, 'a', 'hunter22hunter22')
  await setOne(secrets, 'b', 'hunter22hunter22')
  const [a, b] = [...rows.values()]
  const kept = JSON.stringify([...rows.values()])
  for (const form of ['hunter22', Buffer.from('hunter22').toString('base64').slice(0, 9)])
    expect(kept).not.toContain(form)
  expect(a?.sealed).not.toBe(b?.sealed)
  expect(await secrets.valuesFor('shop', null, everything)).toEqual({
    repository: { A: 'hunter22hunter22', B: 'hunter22hunter22' },
    environment: {},
  })
})

test('one of an environment is told apart, and is for nobody without that very environment', async () => {
  const secrets = await open(memoryStore().store)
  await setOne(secrets, 'KEY', 'for all')
  await setOne(secrets, 'KEY', 'live', 'production')
  expect(await secrets.valuesFor('shop', 'production', everything)).toEqual({
    repository: { KEY: 'for all' },
    environment: { KEY: 'live' },
  })
  for (const other of [null, 'Production', 'PRODUCTION', 'production ', 'staging'])
    expect((await secrets.valuesFor('shop', other, everything)).environment).toEqual({})
  expect(await secrets.valuesFor('blog', 'production', everything)).toEqual({ repository: {}, environment: {} })
})

test('a seal that was copied to another place does not open there', async () => {
  const { rows, store } = memoryStore()
  const secrets = await open(store)
  await setOne(secrets, 'KEY', 'live', 'production')
  const [live] = [...rows.values()]
  if (!live) throw new Error('expected a row')
  rows.set('moved', { ...live, environment: 'staging' })
  await expect(secrets.valuesFor('shop', 'staging', everything)).rejects.toThrow(
    /KEY of staging .* was changed or moved/,
  )
  const bytes = Buffer.from(live.sealed, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  rows.clear()
  rows.set('changed', { ...live, sealed: bytes.toString('base64') })
  await expect(secrets.valuesFor('shop', 'production', everything)).rejects.toThrow(/was changed or moved/)
})

test('without a key of the environment one is made with the first secret, for its owner only, and kept', async () => {
  const home = folder()
  const { store } = memoryStore()
  const secrets = await open(store, { home })
  expect(() => readFileSync(keyFile(home))).toThrow(/ENOENT/)
  await setOne(secrets, 'A', 'one')
  expect(statSync(keyFile(home)).mode & 0o777).toBe(0o600)
  const again = await open(store, { home })
  expect((await again.valuesFor('shop', null, everything)).repository).toEqual({ A: 'one' })
  chmodSync(keyFile(home), 0o644)
  await expect(open(store, { home })).rejects.toThrow(/others than its owner can read .* 644/)
})

test('a start with another key, or none, names both keys and changes nothing', async () => {
  const { rows, store } = memoryStore()
  await setOne(await open(store, { given: newKey() }), 'A', 'one')
  const before = JSON.stringify([...rows])
  const [row] = [...rows.values()]
  const home = folder()
  await expect(open(store, { given: newKey() })).rejects.toThrow(
    new RegExp(`1 with key ${row?.keyId}\\); GANTRY_SECRET_KEY has key [0-9a-f]{12}`),
  )
  await expect(open(store, { home })).rejects.toThrow(/has no key/)
  expect(() => readFileSync(keyFile(home))).toThrow(/ENOENT/)
  expect(JSON.stringify([...rows])).toBe(before)
})

test('a key that was lost is named, and what it sealed can be removed or set anew, nothing else', async () => {
  const { rows, store } = memoryStore()
  await setOne(await open(store, { given: newKey() }), 'A', 'one')
  const [row] = [...rows.values()]
  const secrets = await open(store, { given: newKey(), lost: [row?.keyId ?? ''] })
  expect(row && secrets.isLost(row)).toBe(true)
  await expect(secrets.valuesFor('shop', null, everything)).rejects.toThrow(/secret A is sealed with key/)
  await setOne(secrets, 'A', 'two')
  expect((await secrets.valuesFor('shop', null, everything)).repository).toEqual({ A: 'two' })
})

test.each(['short', 'not base64, and as long as a key would be...', newKey().slice(4), ' '])(
  '"%s" is no key, and the error does not show it',
  async given => {
    const refused = await open(memoryStore().store, { given: `${newKey()},${given}` }).catch(cause => String(cause))
    expect(refused).toMatch(/GANTRY_SECRET_KEY \(key 2\): expected 32 bytes/)
    if (given.trim() !== '') expect(refused).not.toContain(given)
  },
)

test('a rotation seals everything with a new key, and the former one opens nothing any more', async () => {
  const home = folder()
  const { rows, store } = memoryStore()
  const secrets = await open(store, { home })
  for (let i = 0; i < 120; i++) await setOne(secrets, `S${i}`, `value ${i}`, i % 2 ? 'production' : null)
  const former = readFileSync(keyFile(home), 'utf8')
  const { key, resealed } = await secrets.rotate()
  expect(resealed).toHaveLength(120)
  expect(new Set([...rows.values()].map(({ keyId }) => keyId))).toEqual(new Set([key]))
  const kept = readFileSync(keyFile(home), 'utf8')
  expect(kept.trim().split('\n')).toHaveLength(1)
  expect(kept).not.toBe(former)
  const again = await open(store, { home })
  expect((await again.valuesFor('shop', 'production', everything)).environment['S119']).toBe('value 119')
  await expect(open(store, { given: former.trim() })).rejects.toThrow(/SECRET_KEY_WRONG|sealed/)
})

test('with the key in the environment a rotation takes the new one in front of the former', async () => {
  const [former, next] = [newKey(), newKey()]
  const { store } = memoryStore()
  const before = await open(store, { given: former })
  await setOne(before, 'A', 'one')
  await expect(before.rotate()).rejects.toThrow(/expected the new key in front of the present one/)
  const both = await open(store, { given: `${next}, ${former}` })
  expect((await both.valuesFor('shop', null, everything)).repository).toEqual({ A: 'one' })
  expect((await both.rotate()).resealed).toHaveLength(1)
  const after = await open(store, { given: next })
  expect((await after.valuesFor('shop', null, everything)).repository).toEqual({ A: 'one' })
})

test('a rotation that dies behind any of its writes is ended by the next start, and every value stays', async () => {
  const values = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`S${i}`, `value ${i}`]))
  for (let dies = 1; dies <= 5; dies++) {
    const home = folder()
    let left = Number.POSITIVE_INFINITY
    const { rows, store } = memoryStore(new Map(), () => {
      left -= 1
      if (left === 0) throw new Error('killed')
    })
    const secrets = await open(store, { home })
    for (const [name, value] of Object.entries(values)) await setOne(secrets, name, value)
    left = dies
    await expect(secrets.rotate()).rejects.toThrow('killed')
    const again = await open(memoryStore(rows).store, { home })
    expect((await again.valuesFor('shop', null, everything)).repository).toEqual(values)
    expect(readFileSync(keyFile(home), 'utf8').trim().split('\n')).toHaveLength(1)
  }
})

test('one that was set while all were sealed anew keeps its new value', async () => {
  const home = folder()
  const { store } = memoryStore()
  const secrets = await open(store, { home })
  for (let i = 0; i < 20; i++) await setOne(secrets, `S${i}`, 'before')
  await Promise.all([
    secrets.rotate(),
    setOne(secrets, 'S7', 'meanwhile'),
    secrets.rotate(),
    setOne(secrets, 'S8', 'too'),
  ])
  const again = await open(store, { home })
  const { repository } = await again.valuesFor('shop', null, everything)
  expect(repository).toMatchObject({ S6: 'before', S7: 'meanwhile', S8: 'too' })
})

test('one that was changed in the database keeps its former key alive, and the others are sealed anew', async () => {
  const home = folder()
  const { rows, store } = memoryStore()
  const secrets = await open(store, { home })
  await setOne(secrets, 'A', 'one')
  await setOne(secrets, 'B', 'two')
  const [[place, row] = []] = [...rows]
  if (place && row) rows.set(place, { ...row, sealed: Buffer.alloc(40).toString('base64') })
  expect(await secrets.rotate()).toMatchObject({ resealed: [{ name: 'B' }], unopened: [{ name: 'A' }] })
  expect(readFileSync(keyFile(home), 'utf8').trim().split('\n')).toHaveLength(2)
  await setOne(await open(store, { home }), 'A', 'set anew')
  await open(store, { home })
  expect(readFileSync(keyFile(home), 'utf8').trim().split('\n')).toHaveLength(1)
})

test('half of a file of keys is not taken for one', async () => {
  const home = folder()
  writeFileSync(keyFile(home), newKey().slice(0, 20), { mode: 0o600 })
  await expect(open(memoryStore().store, { home })).rejects.toThrow(/expected a key of 32 bytes/)
})

test.each([
  ['GITHUB_TOKEN', 'x', /does not begin with GITHUB_/],
  ['A-B', 'x', /letters, digits and _/],
  ['A', '', /expected 1 to 49152 bytes, got 0/],
  ['A', 'x'.repeat(49_153), /got 49153/],
  ['A', 'a\0b', /expected text/],
])('%s is refused where it has to be', async (name, value, why) => {
  await expect(setOne(await open(memoryStore().store), name, value)).rejects.toThrow(why)
})
