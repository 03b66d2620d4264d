import { expect, test } from 'vitest'
import { takeUpEach } from './take-up.ts'

test('what fails at a start is said, and the rest is taken up', async () => {
  const done: string[] = []
  const said: string[] = []
  const logged: object[] = []
  await takeUpEach({ error: facts => void logged.push(facts) }, line => void said.push(line), {
    services: async () => void done.push('services'),
    runs: async () => {
      throw new Error('no database')
    },
    schedules: async () => void done.push('schedules'),
  })
  expect(done).toEqual(['services', 'schedules'])
  expect(said).toEqual(['warning: runs could not be taken up whole: no database'])
  expect(logged).toMatchObject([{ what: 'runs', err: { message: 'no database' } }])
})
