import { expect, test } from 'vitest'
import { createRefresher, outdatedBy } from './apply.ts'

test('an event names what is out of date', () => {
  expect(outdatedBy({ topic: 'run', key: 'r1' })).toContainEqual(['run', 'r1'])
  expect(outdatedBy({ topic: 'deployment', key: 'd' })).toContainEqual(['line'])
  expect(outdatedBy({ topic: 'run-log', key: 'r1' })).toEqual([])
  // People, invitations and tokens are settings; a role that changed is part of who asks.
  expect(outdatedBy({ topic: 'access', key: 'p1' })).toEqual([['me'], ['settings'], ['sessions']])
})

function refresher() {
  const asked: string[] = []
  const waiting: { run: () => void; ms: number }[] = []
  const state = { isVisible: true }
  let answer: () => void = () => {}
  const it = createRefresher({
    refetch: key =>
      new Promise<void>(done => {
        asked.push(key.join('/'))
        answer = done
      }),
    later: (run, ms) => void waiting.push({ run, ms }),
    isVisible: () => state.isVisible,
  })
  const pass = async () => {
    await Promise.resolve()
    for (const { run } of waiting.splice(0)) run()
  }
  return { ...it, asked, pass, state, answered: () => answer() }
}

test('a hundred events are one question, and one more when they came while it was asked', async () => {
  const it = refresher()
  for (let i = 0; i < 100; i++) it.mark([['line']])
  await it.pass()
  expect(it.asked).toEqual(['line'])
  it.mark([['line']])
  await it.pass()
  expect(it.asked).toEqual(['line'])
  it.answered()
  await it.pass()
  await it.pass()
  expect(it.asked).toEqual(['line', 'line'])
})

test('a hidden page asks nothing until it is seen', async () => {
  const it = refresher()
  it.state.isVisible = false
  it.mark([['issues']])
  await it.pass()
  expect(it.asked).toEqual([])
  it.state.isVisible = true
  it.flush()
  expect(it.asked).toEqual(['issues'])
})
