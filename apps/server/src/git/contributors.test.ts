import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writtenSince } from './contributors.ts'
import { git } from './git.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-writers-'))
  await git(['init', '--quiet', '--initial-branch=main'], { cwd: dir })
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function commit(author: string, message: string, committer = author): Promise<string> {
  const env = { GIT_COMMITTER_NAME: committer, GIT_COMMITTER_EMAIL: `${committer}@x`, GIT_AUTHOR_NAME: author }
  await git(['commit', '--quiet', '--allow-empty', '-m', message], {
    ...{ cwd: dir, env: { ...env, GIT_AUTHOR_EMAIL: `${author}@x` } },
  })
  return git(['rev-parse', 'HEAD'], { cwd: dir })
}

test('everyone who wrote since what is live counts: author, committer and co-author of every commit', async () => {
  const root = await commit('zoe', 'The first one')
  const live = await commit('old', 'What is live')
  const mine = await commit('ana', 'My work')
  const mid = await commit('kim', 'Together\n\nCo-Authored-By: Leo <leo@x>\n\nMore words, and no trailer\n', 'bot')
  const last = await commit('somebody', 'A full stop\n\nco-authored-by:  Mia <mia@x>  ', 'ana')
  const { shas, wrote } = await writtenSince(dir, live, last)
  expect(new Set(shas)).toEqual(new Set([mine, mid, last]))
  expect(new Set(wrote)).toEqual(
    new Set(['ana <ana@x>', 'kim <kim@x>', 'bot <bot@x>', 'somebody <somebody@x>', 'Leo <leo@x>', 'Mia <mia@x>']),
  )

  const first = await writtenSince(dir, null, last)
  expect(first.shas).toContain(root)
  expect(first.wrote).toEqual(expect.arrayContaining(['zoe <zoe@x>', 'old <old@x>']))
  expect(await writtenSince(dir, 'f'.repeat(40), last)).toEqual(first)

  // What runs contains it already, as after a rollback of a rollback: whoever wrote this very commit wrote it.
  expect(await writtenSince(dir, last, mine)).toEqual({ shas: [mine], wrote: ['ana <ana@x>'] })
  expect((await writtenSince(dir, last, mid)).wrote).toContain('Leo <leo@x>')
})

test('work that came in by a merge counts with all its commits', async () => {
  const live = await git(['rev-parse', 'HEAD'], { cwd: dir })
  await git(['checkout', '--quiet', '-b', 'topic'], { cwd: dir })
  const hidden = await commit('ana', 'On a branch')
  await git(['checkout', '--quiet', 'main'], { cwd: dir })
  const env = {
    GIT_COMMITTER_NAME: 'Kim',
    GIT_COMMITTER_EMAIL: 'kim@x',
    GIT_AUTHOR_NAME: 'Kim',
    GIT_AUTHOR_EMAIL: 'kim@x',
  }
  await git(['merge', '--quiet', '--no-ff', '-m', 'Merge topic', 'topic'], { cwd: dir, env })
  const { shas, wrote } = await writtenSince(dir, live, 'HEAD')
  expect(shas).toContain(hidden)
  expect(wrote).toEqual(expect.arrayContaining(['ana <ana@x>', 'Kim <kim@x>']))
})
