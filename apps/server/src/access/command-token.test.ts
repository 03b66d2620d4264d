import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessStore, NewSession } from '@gantry/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAccess } from './access.ts'
import { commandAgent, keepCommandToken } from './command-token.ts'

const dayMs = 86_400_000
let dir = ''
let at = Date.parse('2026-03-01T00:00:00.000Z')
let kept: NewSession[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-token-'))
  at = Date.parse('2026-03-01T00:00:00.000Z')
  kept = []
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const now = () => new Date(at)
const account = (id: string) => ({ id, name: id, email: null, isServerOwner: false })
const store = {
  addSession: async session => void kept.push(session),
  async session(hash, _project, when) {
    const found = kept.find(session => session.hash === hash && session.expiresAt > when)
    return found ? { sessionId: found.id, person: account(found.personId), role: null } : null
  },
  sessions: async (when, personId) =>
    kept.filter(one => one.expiresAt > when && one.personId === personId).map(one => ({ ...one, person: 'x' })),
} satisfies Partial<AccessStore> as unknown as AccessStore
const access = createAccess(store, now)
const keep = () => keepCommandToken({ access, sessions: store, dir, personId: 'owner', now })
const written = () => readFile(join(dir, 'cli-token'), 'utf8')

test('ten starts make one session, which ends, and only this user may read its secret', async () => {
  await keep()
  const first = await written()
  for (let start = 1; start < 10; start++) await keep()
  expect([kept.length, await written()]).toEqual([1, first])
  expect(kept[0]).toMatchObject({ personId: 'owner', agent: commandAgent, expiresAt: '2026-03-31T00:00:00.000Z' })
  expect((await stat(join(dir, 'cli-token'))).mode & 0o077).toBe(0)
})

test('near its end another takes its place, while the old one serves those who hold it', async () => {
  await keep()
  const first = await written()
  at += 19 * dayMs
  await keep()
  expect(await written()).toBe(first)
  at += 2 * dayMs
  await keep()
  expect(await written()).not.toBe(first)
  expect(await access.callerOf(first, null)).not.toBeNull()
  at += 10 * dayMs
  expect(await access.callerOf(first, null)).toBeNull()
})

test('a session that was ended, belongs to another, or is none at all, is replaced', async () => {
  await keep()
  kept = []
  await keep()
  expect(kept).toHaveLength(1)
  kept = kept.map(session => ({ ...session, personId: 'somebody' }))
  await keep()
  expect(kept).toHaveLength(2)
  await writeFile(join(dir, 'cli-token'), 'nonsense')
  await keep()
  expect(kept).toHaveLength(3)
})
