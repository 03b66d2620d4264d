import { expect, test } from 'vitest'
import { createLiveHub } from './live-hub.ts'
import { projectLive } from './project-live.ts'
import { untilChange } from './until-change.ts'

function asking(answer: (time: number) => Promise<string> = async time => `answer ${time}`) {
  const live = projectLive('shop', createLiveHub(0))
  const clock = { ms: 0 }
  const about: string[] = []
  const ask = untilChange(
    { topics: ['run', 'line'], forMs: 1_000 },
    live,
    what => {
      about.push(what)
      return answer(about.length)
    },
    () => clock.ms,
  )
  return { live, clock, about, ask }
}

test('all who ask before something changes get one answer, also while it is being worked out', async () => {
  const { ask, about, clock } = asking()
  expect(await Promise.all([ask(), ask()])).toEqual(['answer 1', 'answer 1'])
  clock.ms = 999
  expect(await ask()).toBe('answer 1')
  expect(about).toHaveLength(1)
})

test('is asked anew when something of its topics changed, even while it is being worked out, or when it is too old', async () => {
  const { ask, live, clock } = asking()
  const first = ask()
  live.tell({ topic: 'run', key: 'r' })
  expect(await Promise.all([first, ask()])).toEqual(['answer 1', 'answer 2'])
  live.tell({ topic: 'log', key: '' })
  expect(await ask()).toBe('answer 2')
  clock.ms = 1_000
  expect(await ask()).toBe('answer 3')
})

test('what is asked about different things is answered apart', async () => {
  const { ask, about } = asking()
  await Promise.all([ask('staging'), ask('production'), ask('staging')])
  expect(about).toEqual(['staging', 'production'])
})

test('a failure is nobody else’s answer', async () => {
  const { ask } = asking(async time => (time === 1 ? Promise.reject(new Error('no database')) : `answer ${time}`))
  await expect(ask()).rejects.toThrow('no database')
  expect(await ask()).toBe('answer 2')
})
