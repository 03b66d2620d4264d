import { expect, test } from 'vitest'
import { takeUpEach } from './take-up.ts'

test('what fails at a start is said, and the rest is taken up', async () => {
  const done: string[] = []
  const said: string[] = []
  const logged: object[] = []
  const tasks = {
    services: async () => void done.push('services'),
    runs: async () => {
      throw new Error('no database')
    },
    schedules: async () => void done.push('schedules'),
  }
  const log = { error: (facts: object) => void logged.push(facts) }
  await takeUpEach(log, line => void said.push(line), tasks, new AbortController().signal)
  expect(done).toEqual(['services', 'schedules'])
  expect(said).toEqual(['warning: runs could not be taken up whole: no database'])
  expect(logged).toMatchObject([{ what: 'runs', err: { message: 'no database' } }])
})

test('a stop lets the task that is under way come to its end, and begins no other', async () => {
  const [began, mayEnd, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), new AbortController()]
  const done: string[] = []
  const tasks = {
    async services() {
      began.resolve()
      await mayEnd.promise
      done.push('services')
    },
    runs: async () => void done.push('runs'),
  }
  const takingUp = takeUpEach({ error: facts => expect(facts).toBeNull() }, () => undefined, tasks, ending.signal)
  await began.promise
  ending.abort()
  mayEnd.resolve()
  await takingUp
  expect(done).toEqual(['services'])
})
