import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder, writeFiles } from '@gantry/runner/testing'
import { describe, expect, it } from 'vitest'
import type { Inputs } from '../inputs.ts'
import { folderTasks } from './folder-tasks.ts'
import { type Activity, judgeTask } from './judge-task.ts'
import type { RememberedTask } from './task-store.ts'
import { Tree } from './tree.ts'

describe('what a script did, by the files', () => {
  const own: Activity = { ticket: '1', within: [], dir: 'a', from: 10, to: 20 }
  const other = (changes: Partial<Activity>): Activity => ({ ticket: '2', within: [], dir: 'b', from: 0, ...changes })
  const judge = (changed: string[], activities: Activity[] = []) =>
    judgeTask({
      ...{ own, before: new Map(), after: new Map(changed.map(path => [path, 'file 1'])), activities },
      ownerOf: path => path.split('/')[0] ?? '',
      isTracked: () => false,
      isRead: (_, dir) => dir === 'dependency',
    })

  it('is told apart from what another one did meanwhile in its own package', () => {
    expect(judge(['a/x', 'b/x']).kind).toBe('unfit')
    expect(judge(['a/x', 'b/x'], [other({})])).toEqual({ kind: 'fit', wrote: ['a/x'], gone: [] })
    expect(judge(['a/x', 'b/x'], [other({ to: 9 })]).kind).toBe('unfit')
    expect(judge(['a/x', 'b/x'], [other({ from: 21 })]).kind).toBe('unfit')
    expect(judge(['dependency/x'], [other({ dir: 'dependency' })]).kind).toBe('unfit')
  })

  it('cannot be told when two wrote in one package, unless one of them started the other', () => {
    expect(judge(['a/x'], [other({ dir: 'a' })])).toEqual({
      kind: 'unfit',
      reason: 'a/x changed while another script ran in the same package',
    })
    expect(judge([], [other({ dir: 'a' })]).kind).toBe('fit')
    expect(judge(['a/x'], [other({ dir: 'a', within: ['1'] })]).kind).toBe('fit')
  })
})

describe('the files below a folder', () => {
  it('are told apart by their contents, also when size and times are the same', () => {
    const root = tempFolder()
    writeFiles(root, { 'a/x.txt': 'one', 'node_modules/y/y.js': '', 'b/z.txt': '' })
    mkdirSync(join(root, 'a/empty'))
    const tree = new Tree(root, '/nowhere')
    const first = tree.list('.', new Set(['b']))
    expect([...first.keys()].sort()).toEqual(['a/empty', 'a/x.txt'])
    const at = new Date()
    utimesSync(join(root, 'a/x.txt'), at, at)
    writeFileSync(join(root, 'a/x.txt'), 'two')
    utimesSync(join(root, 'a/x.txt'), at, at)
    expect(tree.id('a/x.txt')).not.toBe(first.get('a/x.txt'))
  })
})

describe('the memory of scripts', () => {
  const inputs = (content: string, job = 'a'): Inputs => ({
    job,
    parts: { files: content },
    files: new Map([['x', content]]),
  })
  const task = (bytes: Buffer): RememberedTask => ({
    ...{ rememberedAt: new Date().toISOString(), root: '/r', gone: ['gone'], stderr: Buffer.alloc(0) },
    summary: Buffer.from('sum'),
    stdout: Buffer.from('out'),
    left: [
      { path: 'f', kind: 'file', mode: 0o755, bytes },
      { path: 'l', kind: 'link', target: 'f' },
    ],
  })
  const keep = async (dir: string, limits: { entries: number; bytes: number; every: number }, names: string[]) => {
    const tasks = folderTasks(dir, () => new Date(), limits)
    for (const name of names) {
      await (await tasks.draft(inputs(name), task(Buffer.from(name)))).keep()
      await new Promise(done => setTimeout(done, 10))
    }
    return async (name: string) => (await tasks.recall(inputs(name), () => undefined)).kind
  }

  it('gives back what was left, byte by byte, and nothing that was dropped', async () => {
    const dir = tempFolder()
    const tasks = folderTasks(dir, () => new Date())
    const whole = task(Buffer.from([0, 255, 10, 128]))
    await (await tasks.draft(inputs('1'), whole)).drop()
    expect((await tasks.recall(inputs('1'), () => undefined)).kind).toBe('miss')
    await (await tasks.draft(inputs('1'), whole)).keep()
    expect(await tasks.recall(inputs('1'), () => undefined)).toEqual({ kind: 'hit', task: whole })
    expect(await tasks.recall(inputs('2'), () => undefined)).toEqual({ kind: 'miss', reason: 'x changed' })
  })

  it('forgets the oldest when there are too many or they are too large', async () => {
    const few = await keep(tempFolder(), { entries: 2, bytes: 1e9, every: 1 }, ['1', '2', '3'])
    expect([await few('1'), await few('2'), await few('3')]).toEqual(['miss', 'hit', 'hit'])
    const none = await keep(tempFolder(), { entries: 9, bytes: 10, every: 1 }, ['1'])
    expect(await none('1')).toBe('miss')
  })

  it('is looked through by the first that keeps something, and then not for an hour', async () => {
    const dir = tempFolder()
    const most = { entries: 1, bytes: 1e9, every: 100 }
    let at = Date.now()
    const keepOne = async (name: string) => {
      const tasks = folderTasks(dir, () => new Date(at), most)
      await (await tasks.draft(inputs(name), task(Buffer.from(name)))).keep()
      return (await tasks.recall(inputs('1'), () => undefined)).kind
    }
    expect([await keepOne('1'), await keepOne('2')]).toEqual(['hit', 'hit'])
    at += 3_600_001
    expect(await keepOne('3')).toBe('miss')
  })

  it('that is cut off has nothing', async () => {
    const dir = tempFolder()
    const has = await keep(dir, { entries: 9, bytes: 1e9, every: 1 }, ['1'])
    for (const name of readdirSync(dir))
      for (const entry of readdirSync(join(dir, name))) rmSync(join(dir, name, entry, 'bytes.gz'))
    expect(await has('1')).toBe('miss')
  })
})
