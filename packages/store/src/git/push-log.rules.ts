import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const main = 'refs/heads/main'
const push = (id: string, before: string | null, after: string | null) => ({
  ...{ id, actor: id === '2' ? null : 'kim', ref: main, before, after },
  ...{ isForward: true, at: '2026-11-27T10:00:00.000Z' },
})

export const pushLogRules: Rules = {
  'keeps pushes in their order until they are done, and the last one that is': async ({ store: { pushes } }) => {
    for (const one of [push('1', null, 'a'), push('2', 'a', 'b'), push('2', 'a', 'b'), push('3', 'b', null)])
      await pushes.expect('shop', one)
    await pushes.expect('shop', { ...push('4', null, 'a'), ref: 'refs/heads/try' })
    expect(await pushes.of('shop', main)).toEqual([
      { ...push('1', null, 'a'), isDone: false },
      { ...push('2', 'a', 'b'), isDone: false },
      { ...push('3', 'b', null), isDone: false },
    ])
    const [early, at, late] = ['2026-11-27T09:00:00.000Z', '2026-11-27T10:00:00.000Z', '2026-11-27T10:00:01.000Z']
    expect(await pushes.left(early, at)).toEqual([])
    expect(await pushes.left(early, late)).toEqual(['shop'])
    expect(await pushes.left(late, late)).toEqual([])
    expect(await pushes.open('shop')).toEqual([main, 'refs/heads/try'])
    await pushes.done('shop', '2')
    await pushes.done('shop', '1')
    await pushes.done('shop', 'unknown')
    expect((await pushes.of('shop', main)).map(({ id, isDone }) => [id, isDone])).toEqual([
      ['1', true],
      ['2', true],
      ['3', false],
    ])
    await pushes.done('shop', '3')
    expect(await pushes.of('shop', main)).toMatchObject([{ id: '3', isDone: true }])
    await pushes.forget('shop', '4')
    expect(await pushes.of('shop', 'refs/heads/try')).toEqual([])
  },
}
