import { storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureOwner } from './ensure-owner.ts'

let database: Awaited<ReturnType<typeof embeddedDatabase>>
let store: ReturnType<typeof storeOn>
const at = '2026-11-27T10:00:00.000Z'
beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database)
  for (const name of ['shop', 'blog']) await store.projects.ensure({ name, createdAt: at })
})
afterAll(() => database.close())

const ensured = (ownerName: string, ownerEmail: string | null) =>
  ensureOwner(store, { ownerName, ownerEmail, all: { GANTRY_OWNER: ownerName } }, at)

test('the person at this machine owns the server and what nobody owns, and is called what they are said to be', async () => {
  const ben = { id: 'ben', name: 'Ben', email: 'ben@shop.example', isServerOwner: false }
  await store.access.savePerson(ben)
  await store.access.addMember('blog', 'ben', 'owner', at)
  expect(await ensured('Ana', 'Ana@shop.example')).toMatchObject({ name: 'Ana', isServerOwner: true })
  expect(await store.access.role('shop', 'owner')).toBe('owner')
  expect(await store.access.role('blog', 'owner')).toBeNull()
})

test('a start never fails for an e-mail that somebody else has or had: the one of before stays', async () => {
  await store.access.savePerson({ id: 'ben', name: 'Ben', email: 'ben@new.example', isServerOwner: false })
  for (const email of ['BEN@new.example', 'ben@shop.example']) await ensured('Ana', email)
  expect(await store.access.person('owner')).toMatchObject({ name: 'Ana', email: 'ana@shop.example' })
})
