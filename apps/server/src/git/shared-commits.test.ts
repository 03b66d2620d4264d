import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GitStore } from '@gantry/core'
import { openObjects } from '@gantry/objects'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packOf } from './packs.ts'
import { openRepository } from './repository.ts'
import { SharedCommits } from './shared-commits.ts'
import { sharedRepository } from './shared-repository.ts'

let database: Database
let store: GitStore
let dir = ''
beforeAll(async () => {
  database = await embeddedDatabase()
  store = storeOn(database).git
  dir = await mkdtemp(join(tmpdir(), 'gantry-commits-'))
  await mkdir(join(dir, 'objects'))
})
afterAll(async () => {
  await database.close()
  await rm(dir, { recursive: true, force: true })
})

const main = 'refs/heads/main'
const kim = ['-c', 'user.name=Kim', '-c', 'user.email=kim@shop.example']

async function machine(name: string) {
  const path = join(dir, name, 'repository.git')
  const own = await openRepository(path)
  const objects = await openObjects(join(dir, 'objects'), dir, {})
  const commits = new SharedCommits({ project: 'shop', path, objects, store, onMoved: () => undefined })
  const git = (...args: string[]) =>
    execFileSync('git', [...kim, ...args], { cwd: path, input: '' })
      .toString()
      .trim()
  const commit = (message: string, parent: string | null) =>
    git(
      'commit-tree',
      git('hash-object', '-t', 'tree', '-w', '--stdin'),
      '-m',
      message,
      ...(parent ? ['-p', parent] : []),
    )
  return {
    commits,
    repository: sharedRepository(own, () => commits.sync()),
    commit,
    git,
    /** What git and its hooks do. */
    async push(before: string | null, after: string) {
      const updates = [{ ref: main, before, after }]
      await commits.take(
        { id: `to-${after}`, actor: 'kim', updates },
        packOf(path, { to: [after], from: before ? [before] : [] }),
      )
      git('update-ref', main, after)
      return commits.accepted([main])
    },
  }
}

test('a push to one machine is at the others when they are asked, and of two at once one is refused', async () => {
  const [a, b] = [await machine('a'), await machine('b')]
  const first = a.commit('First', null)
  a.git('update-ref', main, first)
  // The first to share a repository has it all.
  await a.commits.open()
  await b.commits.open()
  expect(await b.repository.head('main')).toBe(first)

  const [second, other] = [a.commit('Second', first), b.commit('Other', first)]
  await a.push(first, second)
  expect((await store.refs('shop'))[0]).toMatchObject({ sha: second, pushId: `to-${second}`, actor: 'kim' })
  await expect(b.push(first, other)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await b.repository.commit(second)).toMatchObject({ sha: second, title: 'Second' })
  expect(await b.repository.head('main')).toBe(second)

  const third = b.commit('Third', second)
  await b.push(second, third)
  expect(await a.repository.head('main')).toBe(third)
  const late = await machine('late')
  await late.commits.open()
  expect(late.git('log', '--format=%s', main).split('\n')).toEqual(['Third', 'Second', 'First'])
})
