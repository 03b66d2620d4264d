import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Branch, branchReader } from './branches.ts'
import { openRepository } from './repository.ts'

let path = ''
let sha = ''
beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'gantry-branches-')), 'shop.git')
  await openRepository(path)
  const tree = git('hash-object', '-t', 'tree', '-w', '--stdin')
  sha = git('commit-tree', tree, '-m', 'first')
  git('update-ref', 'refs/heads/main', sha)
  git('update-ref', 'refs/heads/kim/menu', sha)
})
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

const author = ['-c', 'user.name=Kim', '-c', 'user.email=kim@shop.example']
const git = (...args: string[]) =>
  execFileSync('git', [...author, ...args], { cwd: path, input: '' })
    .toString()
    .trim()

/** Every change so far was a while ago. */
function settle(folder = path) {
  const then = new Date(Date.now() - 60_000)
  utimesSync(folder, then, then)
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) settle(join(folder, entry.name))
}

function counted() {
  let asked = 0
  const branches: Branch[] = []
  const read = branchReader(path, async () => {
    asked++
    return branches
  })
  return { read, asked: () => asked }
}

test('answers every branch with its newest commit, also after it moved, was made or removed', async () => {
  const read = branchReader(path)
  const names = async () => (await read()).map(({ name }) => name)
  settle()
  expect(await read()).toEqual([
    { name: 'kim/menu', sha },
    { name: 'main', sha },
  ])
  git('update-ref', 'refs/heads/fix', sha)
  expect(await names()).toEqual(['fix', 'kim/menu', 'main'])
  settle()
  git('update-ref', '-d', 'refs/heads/kim/menu')
  expect(await names()).toEqual(['fix', 'main'])
  settle()
  const next = git('commit-tree', `${sha}^{tree}`, '-p', sha, '-m', 'second')
  git('update-ref', 'refs/heads/main', next)
  expect((await read()).at(-1)).toEqual({ name: 'main', sha: next })
})

test('asks git once for all who look while no branch changes', async () => {
  const { read, asked } = counted()
  settle()
  await Promise.all([read(), read(), read()])
  await read()
  expect(asked()).toBe(1)
})

test.each([
  ['moves', () => git('update-ref', 'refs/heads/main', git('commit-tree', `${sha}^{tree}`, '-m', 'other'))],
  ['in a folder moves', () => git('update-ref', 'refs/heads/kim/menu', git('commit-tree', `${sha}^{tree}`, '-m', 'o'))],
  ['is made', () => git('branch', 'fix', 'main')],
  ['is removed', () => git('update-ref', '-d', 'refs/heads/main')],
  ['is packed away', () => git('pack-refs', '--all')],
])('asks again when one %s', async (_, change) => {
  const { read, asked } = counted()
  settle()
  await read()
  change()
  await read()
  expect(asked()).toBe(2)
})

test('asks each time while a change is so young that another could hide behind it', async () => {
  const { read, asked } = counted()
  await read()
  await read()
  expect(asked()).toBe(2)
})

test('asks again what failed', async () => {
  let asked = 0
  const read = branchReader(path, async () => {
    if (++asked === 1) throw new Error('no git')
    return []
  })
  settle()
  await expect(read()).rejects.toThrow('no git')
  expect(await read()).toEqual([])
})
