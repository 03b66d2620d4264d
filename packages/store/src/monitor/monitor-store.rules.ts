import type { Check, Monitor } from '@gantry/core'
import { expect } from 'vitest'
import type { Current, Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const monitor = (id: string, change: Partial<Monitor> = {}): Monitor => ({
  id,
  project: 'shop',
  environment: 'production',
  service: 'backend',
  name: id,
  type: 'http',
  target: 'https://shop.example/',
  everyMs: 30_000,
  timeoutMs: 5000,
  confirmations: 2,
  state: 'unknown',
  since: null,
  streak: 0,
  last: null,
  ...change,
})
const check = (id: string, second: number): Check => ({
  monitor: id,
  at: at(second),
  isOk: true,
  status: 200,
  latencyMs: 12.5,
  error: null,
})

const ids = async ({ store }: Current) => (await store.monitors.list('shop')).map(({ id }) => id)

export const monitorRules: Rules = {
  'begins new monitors as unknown, keeps the state of others, lets missing ones go': async current => {
    const { monitors } = current.store
    await monitors.sync('shop', 'production', [monitor('home', { state: 'up', streak: 3 }), monitor('api')])
    await monitors.sync('shop', 'staging', [monitor('home-staging')])
    expect(await ids(current)).toEqual(['api', 'home', 'home-staging'])
    expect((await monitors.list('shop'))[1]).toEqual(monitor('home'))

    const up = monitor('home', { state: 'up', since: at(1), last: check('home', 1) })
    await monitors.save(up, check('home', 1))
    await monitors.sync('shop', 'production', [monitor('home', { everyMs: 10_000 })])
    expect(await monitors.list('shop')).toEqual([
      { ...up, everyMs: 10_000 },
      monitor('home-staging', { environment: 'staging' }),
    ])
  },

  'answers the newest checks first': async current => {
    const { monitors } = current.store
    for (const second of [2, 4, 3]) await monitors.save(monitor('home'), check('home', second))
    expect(await monitors.checks('shop', 'home', 2)).toEqual([check('home', 4), check('home', 3)])
  },

  'does not bring back a monitor that was taken out while its check ran': async current => {
    const { monitors } = current.store
    await monitors.sync('shop', 'production', [])
    await monitors.save(monitor('home'), check('home', 9))
    expect(await ids(current)).toEqual(['home-staging'])
    expect(await monitors.checks('shop', 'home', 10)).toEqual([])
  },

  'monitors of jobs that tell of themselves stay when the others change, and those who tell at once take turns':
    async current => {
      const { monitors } = current.store
      const made = (streak: number) => monitor('job', { type: 'check-in', environment: 'production', streak })
      const told = () =>
        monitors.change('shop', 'job', known => ({
          monitor: made((known?.streak ?? 0) + 1),
          check: known ? { ...check('job', known.streak), isOk: false } : null,
        }))
      const answers = await Promise.all([told(), told(), told()])
      expect(answers.map(answer => answer?.after.streak).sort()).toEqual([1, 2, 3])
      expect(answers.filter(answer => answer?.before === null)).toHaveLength(1)
      expect(await monitors.checks('shop', 'job', 9)).toHaveLength(2)
      expect(await monitors.change('shop', 'job', () => null)).toBeNull()
      await monitors.sync('shop', 'production', [])
      expect(await ids(current)).toContain('job')
      await monitors.remove('shop', 'job')
      expect(await ids(current)).not.toContain('job')
      expect(await monitors.checks('shop', 'job', 9)).toEqual([])
    },

  'of jobs that tell of themselves for the first time, all at once, as many get a monitor as there is room for':
    async current => {
      const { monitors } = current.store
      const tell = (id: string) =>
        monitors.change(
          'full',
          id,
          known => ({ monitor: known ?? monitor(id, { project: 'full', type: 'check-in' }), check: null }),
          {
            mostCheckIns: 2,
          },
        )
      await monitors.sync('full', 'staging', [monitor('probed', { project: 'full' })])
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map(tell))
      expect(answers.filter(answer => answer !== null)).toHaveLength(2)
      const known = (await monitors.list('full')).filter(({ type }) => type === 'check-in')
      expect(known).toHaveLength(2)
      // Those that are there are heard all the same.
      for (const { id } of known) expect(await tell(id)).toMatchObject({ before: { id } })
    },
}
