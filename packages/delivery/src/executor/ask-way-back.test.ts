import type { WayBackQuestions } from '@gantry/core'
import { expect, test } from 'vitest'
import type { BoundService } from '../providers/bound-service.ts'
import { VirtualTime } from '../testing/virtual-time.ts'
import { askWayBack } from './ask-way-back.ts'

const release = 'a'.repeat(40)
const question = {
  services: ['says yes', 'says no', 'fails', 'hangs', 'lacks'],
  facts: { release: { id: release } },
  config: {},
  addresses: {},
} as unknown as WayBackQuestions['questions'][number]
const service = (name: string, canRestore: BoundService['canRestore']) => ({ name, canRestore }) as BoundService
const services = [
  service('says yes', async () => ({ can: true })),
  service('says no', async () => ({ can: false, why: 'the image is gone' })),
  service('fails', async () => {
    throw new Error('403')
  }),
  service('hangs', () => new Promise(() => {})),
  service('lacks', async () => ({ can: true })),
  service('is not asked', async () => ({ can: false, why: 'never' })),
]

test('a no is told apart from a vendor that could not be asked, and one that is silent holds up no other', async () => {
  const time = new VirtualTime()
  const asked = askWayBack(
    { questions: [question] },
    {
      bind: async () => services,
      missing: ({ name }) => (name === 'lacks' ? ['FLY_API_TOKEN'] : []),
      surroundings: { env: {}, artifacts: {} as never, cwd: '/', fetch: globalThis.fetch, log: () => {} },
      clock: time.clock(),
    },
  )
  let looks: Awaited<typeof asked> | null = null
  void asked.then(found => (looks = found))
  await time.until(() => looks !== null)
  expect(await asked).toEqual([
    { service: 'says yes', release, state: 'can', why: null },
    { service: 'says no', release, state: 'cannot', why: 'the image is gone' },
    { service: 'fails', release, state: 'unknown', why: '403' },
    { service: 'hangs', release, state: 'unknown', why: 'it did not answer in 120 s' },
    { service: 'lacks', release, state: 'unknown', why: 'the job has no FLY_API_TOKEN' },
  ])
})
