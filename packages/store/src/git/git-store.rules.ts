import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const project = 'shop'
const main = 'refs/heads/main'
const push = (id: string, before: string | null, after: string | null, object: string | null = `${id}.pack`) => ({
  ...{ id, actor: 'kim', object },
  updates: [{ ref: main, before, after }],
})

export const gitRules: Rules = {
  'moves a branch from where the push found it, and from nowhere else': async ({ store: { git } }) => {
    expect(await git.push(project, push('1', null, 'a'))).toEqual({ pack: expect.any(Number) })
    expect(await git.push(project, push('2', null, 'b'))).toBeNull()
    expect(await git.push(project, push('3', 'a', 'b'))).not.toBeNull()
    expect(await git.push(project, push('4', 'a', 'c'))).toBeNull()
    expect(await git.refs(project)).toEqual([{ ref: main, sha: 'b', pushId: '3', actor: 'kim' }])
    expect((await git.packs(project)).map(({ object }) => object)).toEqual(['1.pack', '3.pack'])
    expect(await git.push(project, push('5', 'b', null, null))).toEqual({ pack: null })
    expect(await git.refs(project)).toEqual([])
    await git.forget(project)
  },

  'keeps a push once that is made again because nobody heard the answer': async ({ store: { git } }) => {
    await git.push(project, push('1', null, 'a'))
    expect(await git.push(project, push('2', null, 'a'))).not.toBeNull()
    expect(await git.refs(project)).toMatchObject([{ sha: 'a', pushId: '1' }])
    await git.forget(project)
  },

  'keeps nothing of a push of which one branch moved': async ({ store: { git } }) => {
    await git.push(project, push('1', null, 'a'))
    const both = [
      { ref: 'refs/heads/new', before: null, after: 'b' },
      { ref: main, before: 'z', after: 'b' },
    ]
    expect(await git.push(project, { ...push('2', null, 'b'), updates: both })).toBeNull()
    expect(await git.refs(project)).toHaveLength(1)
    expect(await git.packs(project)).toHaveLength(1)
    await git.forget(project)
  },

  'of many pushes of one branch at once one is kept': async ({ store: { git } }) => {
    const pushed = await Promise.all(['a', 'b', 'c', 'd'].map(sha => git.push(project, push(sha, null, sha))))
    expect(pushed.filter(kept => kept !== null)).toHaveLength(1)
    expect(await git.packs(project)).toHaveLength(1)
    await git.forget(project)
  },

  'puts one pack in the place of others, and lets those be that came meanwhile': async ({ store: { git } }) => {
    await git.push(project, push('1', null, 'a'))
    await git.push(project, push('2', 'a', 'b'))
    const numbers = (await git.packs(project)).map(({ number }) => number)
    await git.push(project, push('3', 'b', 'c'))
    await git.repack(project, 'whole.pack', numbers)
    expect((await git.packs(project)).map(({ object }) => object)).toEqual(['3.pack', 'whole.pack'])
    await git.forget(project)
    expect(await git.packs(project)).toEqual([])
  },
}
