import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeOn } from '../store.ts'
import { openDatabase } from './database.ts'

/** Each boots a database from nothing, which takes ten seconds and more. */
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-embedded-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('keeps a template at the first boot and starts later ones from it', async () => {
  const templates = join(dir, 'templates')
  const first = await openDatabase({ kind: 'embedded', dir: join(dir, 'a'), templateDir: templates })
  const project = { name: 'mine', createdAt: '2026-03-01T08:00:00.000Z' }
  await storeOn(first).projects.ensure(project)
  await first.close()
  expect(await readdir(templates)).toEqual([expect.stringMatching(/^pglite-[0-9a-f]{16}$/)])

  const second = await openDatabase({ kind: 'embedded', dir: join(dir, 'b'), templateDir: templates })
  expect(await storeOn(second).projects.list()).toEqual([])
  await second.close()
  const reopened = await openDatabase({ kind: 'embedded', dir: join(dir, 'a'), templateDir: templates })
  expect(await storeOn(reopened).projects.get('mine')).toMatchObject(project)
  await reopened.close()
})

test('boots without a template, and when none can be kept', async () => {
  const database = await openDatabase({ kind: 'embedded', dir: join(dir, 'a'), templateDir: '/dev/null/nowhere' })
  await storeOn(database).ping()
  await database.close()
})
