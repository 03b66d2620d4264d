import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Release } from '@gantry/core'
import { releaseNotes } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../git/git.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { changesetsIn, compareReleases } from './compare.ts'
import { figuresOf } from './figures.ts'

let dir = ''
let repository: Repository
let [first, second] = ['', '']

/** A real repository: what git says of a path that came, went or changed is not made up here. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-compare-'))
  const bare = join(dir, 'bare.git')
  repository = await openRepository(bare)
  const work = join(dir, 'work')
  const inWork = (...args: string[]) =>
    git(['-C', work, '-c', 'user.name=Kim', '-c', 'user.email=kim@x.example', ...args], { cwd: dir })
  await mkdir(join(work, '.changeset'), { recursive: true })
  await git(['init', '--quiet', work], { cwd: dir })
  const commit = async (title: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) await writeFile(join(work, path), text)
    await inWork('add', '--all')
    await inWork('commit', '--quiet', '--message', title)
    return (await inWork('rev-parse', 'HEAD')).trim()
  }
  first = await commit('Begin', { 'package.json': '{"dependencies":{"zod":"4.1.0"}}', '.env.example': 'A=1\n' })
  second = await commit('Sell carts', {
    'package.json': '{"dependencies":{"zod":"4.2.0"}}',
    '.env.example': 'A=1\nB=2\n',
    '.changeset/warm-carts.md': '---\n"shop": minor\n---\n\nCarts can be sold.\n',
    '.changeset/README.md': '---\n---\nHow to write one.\n',
  })
  await inWork('push', '--quiet', bare, 'HEAD:refs/heads/other')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const release = (sha: string, versions: string[] = []): Release => ({
  ...{ id: sha, project: 'shop', sha, title: '', author: 'Kim', createdAt: '2026-11-27T12:00:00.000Z', runId: null },
  ...{ artifacts: [], badBecause: null },
  migrations: versions.map(version => ({ version, name: 'm', sql: '', effect: 'expand', verdicts: [] })),
})

const reads = () => ({ repository, deployments: { live: async () => null, list: async () => [] } })

test('two releases are compared by commits, authors, files, migrations, variables and dependencies, both ways', async () => {
  const there = await compareReleases(release(first, ['1']), release(second, ['1', '2']), reads())
  expect(there).toMatchObject({
    commits: [{ sha: second, title: 'Sell carts' }],
    ...{ takenBack: [], authors: [{ author: 'Kim', commits: 1 }] },
    files: ['.changeset/README.md', '.changeset/warm-carts.md', '.env.example', 'package.json'],
    migrations: { added: [{ version: '2' }], missing: [] },
    variables: [{ file: '.env.example', name: 'B', change: 'added' }],
    dependencies: [{ file: 'package.json', name: 'zod', from: '4.1.0', to: '4.2.0' }],
  })
  const back = await compareReleases(release(second, ['1', '2']), release(first, ['1']), reads())
  expect(back).toMatchObject({
    ...{ commits: [], takenBack: [{ sha: second }], variables: [{ name: 'B', change: 'removed' }] },
    migrations: { added: [], missing: [{ version: '2' }] },
  })
})

test('notes say what the changesets between say', async () => {
  const comparison = await compareReleases(release(first), release(second), reads())
  const notes = releaseNotes(comparison, await changesetsIn(comparison, repository))
  expect(notes).toContain('## New\n\n- Carts can be sold. (`shop`)')
  expect(notes).not.toContain('How to write one')
})

test('figures are counted from the ledger, of before as well: what came next after a failure is told by it', async () => {
  const asked: unknown[] = []
  const live = (seq: number, release: string, at: string) => {
    const evidence = { deployment: release, release, environment: 'production', settled: [] }
    return { seq, at, action: 'deployment.live', evidence }
  }
  const ledger = {
    async since(project: string, acts: string[], from: string) {
      asked.push(project, from, acts.includes('deployment.live'))
      return [live(1, first, '2998-12-30T00:00:00.000Z'), live(2, second, '2999-01-02T00:00:00.000Z')]
    },
  }
  const span = { environment: 'production', from: '2999-01-01T00:00:00.000Z', to: '2999-01-08T00:00:00.000Z' }
  const figures = await figuresOf(span, { project: 'shop', store: { ledger } as never })
  expect(asked).toEqual(['shop', '2998-10-03T00:00:00.000Z', true])
  expect(figures.deploymentsPerWeek).toMatchObject({ value: 1, of: 1, sources: [{ seq: 2 }] })
})
