import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@gantry/runner/testing'
import { describe, expect, it } from 'vitest'
import { runScripts, type TestPackage, type TestTree } from '../../testing/job-files.ts'
import { findViewer } from './viewer.ts'

const hasViewer = (await findViewer(tempFolder())) !== undefined
const never = 'it has not succeeded here before'

const treeOf = (own: TestPackage, files: Record<string, string> = {}): TestTree => ({
  packages: {
    a: own,
    b: { scripts: {}, files: { 'b.txt': 'good\n', 'src/b.txt': 'good\n' } },
    z: { scripts: {}, files: { 'src/z.txt': '' } },
  },
  files,
})
const changed = (tree: TestTree, name: string, path: string, text = `${Math.random()}`): TestTree => {
  const before = tree.packages[name] ?? { scripts: {} }
  return { ...tree, packages: { ...tree.packages, [name]: { ...before, files: { ...before.files, [path]: text } } } }
}

/** Runs `test` of `a`, then again after each change. */
async function after(tree: TestTree, ...changes: ((tree: TestTree) => TestTree)[]) {
  const home = tempFolder()
  const runs = [...(await runScripts(tree, ['a test'], { home }))]
  for (const [nth] of changes.entries()) {
    const now = changes.slice(0, nth + 1).reduce((each, change) => change(each), tree)
    runs.push(...(await runScripts(now, ['a test'], { home })))
  }
  return runs
}
const changeB = (tree: TestTree): TestTree => changed(tree, 'b', 'b.txt')
const changeZ = (tree: TestTree): TestTree => changed(tree, 'z', 'src/z.txt', 'z\n')

describe.runIf(hasViewer)('a script that looks no further than its package and what that declares', () => {
  it('is restored after a change elsewhere, and runs after one in there', async () => {
    const tree = treeOf(
      {
        scripts: { test: 'cat a.txt node_modules/@x/b/b.txt ../../rules.txt; mkdir dist; cp a.txt dist' },
        needs: ['b'],
        files: { 'a.txt': 'a\n' },
      },
      { 'rules.txt': 'rules\n' },
    )
    const rules = (each: TestTree): TestTree => ({ ...each, files: { 'rules.txt': 'others\n' } })
    const runs = await after(tree, changeZ, changeB, each => changed(each, 'a', 'a.txt', 'b\n'), rules)
    expect(runs.map(({ said }) => said)).toEqual([
      never,
      'restored',
      'its dependency @x/b: packages/b/b.txt changed',
      'packages/a/a.txt changed',
      'rules.txt changed',
    ])
    expect(runs[1]).toMatchObject({ code: 0, out: 'a\ngood\nrules\n', left: { 'dist/a.txt': 'a\n' } })
  })
})

describe.runIf(hasViewer)('a script that looks further', () => {
  const decoded = Buffer.from('../b/b.txt').toString('base64')
  it.each([
    ['by a path in its text', 'grep -q good ../b/b.txt'],
    ['by a path that is decoded', `grep -q good "$(echo ${decoded} | base64 -d)"`],
    ['by letters', 'for each in ../?/b.txt; do grep -q good "$each" || exit 1; done'],
    ['by a search', 'grep -rq good "$(dirname "$PWD")" --include=b.txt'],
    ['by a list of the folder', 'test "$(ls ../b | wc -l)" -gt 2 && grep -q good ../b/b.txt'],
    ['and takes it well when there is nothing', 'cat ../b/b.txt 2>/dev/null | grep -q good || test ! -e ../b/b.txt'],
    ['only at the kind of it', 'test -f ../b/b.txt'],
    ['by a link of its own', 'ln -s ../b beside; cat beside/b.txt; rm beside; grep -q good ../b/b.txt'],
    ['by the history', 'test -e ../../.git/HEAD && grep -q good ../b/b.txt'],
  ])('runs with everything in sight, and counts all files from then on: %s', async (_, test) => {
    const bad = (tree: TestTree): TestTree => changed(tree, 'b', 'b.txt', 'bad\n')
    const runs = await after(treeOf({ scripts: { test } }), each => each, changeZ, bad)
    expect(runs.map(({ said }) => said)).toEqual([
      never,
      'restored',
      'packages/z/src/z.txt changed',
      'packages/b/b.txt changed',
    ])
    const grepsIt = test.includes('grep -q')
    expect(runs.map(({ code }) => code === 0)).toEqual([true, true, true, !grepsIt])
    expect(runs[0]?.log.join('\n')).toMatch(/runs again with everything in sight: test of @x\/a \(it looks at /)
  })

  it('leaves nothing of its first try behind', async () => {
    const test = 'mkdir made && echo once >> kept.txt && rm gone.txt && cat ../b/b.txt && test ! -e ../b/none'
    const [run] = await after(treeOf({ scripts: { test }, files: { 'kept.txt': '', 'gone.txt': '' } }))
    expect(run).toMatchObject({ code: 0, out: 'good\n', left: { 'kept.txt': 'once\n' } })
  })

  it('shows what it says once, as it is said with everything in sight', async () => {
    const [run] = await after(treeOf({ scripts: { test: 'echo begun; cat ../b/b.txt || echo nothing there' } }))
    expect(run?.out).toBe('begun\ngood\n')
  })

  it.each([
    ['the repository itself, which holds the same files', 'grep -q . "$REPOSITORY/b.txt"'],
    ['the network', 'node -e "fetch(\'http://192.0.2.1\').catch(() => {})"'],
    ['a server of this machine', 'node -e "fetch(\'http://127.0.0.1:59871\').catch(() => {})"'],
  ])('runs each time when it asks for what is in no file: %s', async (_, test) => {
    const home = tempFolder()
    const repository = tempFolder()
    writeFileSync(join(repository, 'b.txt'), 'good\n')
    const tree = treeOf({ scripts: { test } })
    const circumstances = { home, hidden: [repository], env: { REPOSITORY: repository } }
    const said = []
    for (const _ of [1, 2]) said.push(...(await runScripts(tree, ['a test'], circumstances)))
    expect(said.map(({ code }) => code)).toEqual([0, 0])
    expect(said[1]?.said).toMatch(/^it (asks the network|looks at \/)/)
  })

  it('runs each time when nobody knows why it needs all in sight', async () => {
    const test = `test -e ${join('/proc', String(process.pid))}`
    const runs = await after(treeOf({ scripts: { test } }), changeZ)
    expect(runs.map(({ code, said }) => [code, said])).toEqual([
      [0, never],
      [0, 'it succeeds only with everything of this machine in sight'],
    ])
  })
})

it.runIf(hasViewer)(
  'a script that fails runs again with everything in sight, and is tried anew after that',
  async () => {
    const runs = await after(treeOf({ scripts: { test: 'cat a.txt; test -s a.txt' }, files: { 'a.txt': '' } }), each =>
      changed(each, 'a', 'a.txt', 'a\n'),
    )
    expect(runs.map(({ code, out, said }) => [code, out, said])).toEqual([
      [1, '', never],
      [0, 'a\n', never],
    ])
  },
)

it.runIf(hasViewer)('a script sees neither the folders of other jobs nor processes of others', async () => {
  const home = tempFolder()
  mkdirSync(join(home, 'jobs/other'), { recursive: true })
  const test = 'ls ../../../../ | wc -l; ls -d /proc/[0-9]* | wc -l'
  const [run] = await runScripts(treeOf({ scripts: { test } }), ['a test'], { home })
  const [jobs, processes] = run?.out.split('\n').map(Number) ?? []
  expect(jobs).toBe(1)
  expect(processes).toBeLessThan(8)
})

it.runIf(hasViewer)('counts the commit where the environment shows it, and the day', async () => {
  const home = tempFolder()
  const tree = treeOf({ scripts: { test: 'true' } })
  const said = async (more: object) => (await runScripts(tree, ['a test'], { home, ...more }))[0]?.said
  await said({})
  expect(await said({})).toBe('restored')
  expect(await said({ sha: 'bb' })).toContain('its environment changed')
  expect(await said({ now: () => new Date(Date.now() + 86_400_000) })).toContain('the date changed')
})
