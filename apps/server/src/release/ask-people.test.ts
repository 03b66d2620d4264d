import type { Promotion } from '@gantry/core'
import { expect, test } from 'vitest'
import { at, desk, project, promotionTests, released, sha, store } from '../testing/promotions.ts'
import { askPeople } from './ask-people.ts'

promotionTests()

test('people are asked once where they are told, when every gate is met; where nobody is told nothing waits', async () => {
  const ready: Promotion[] = []
  const to = desk(undefined, { onReady: promotion => void ready.push(promotion) })
  const { job, run } = await released('a', 'production')
  await to.ask(job, run)
  await to.ask(job, run)
  const [promotion, ...others] = ready
  if (!promotion || others.length > 0) throw new Error(`it was ready ${ready.length} times`)
  const routes = [{ severity: 'critical', to: [{ name: 'pagerduty' }] }, { to: [{ name: 'slack:#dev' }] }]
  let told = 0
  const ask = (config: object | null) =>
    askPeople(promotion, {
      ...{ store, pages: () => 'https://gantry.example/p/shop', now: () => new Date(at()) },
      config: async () => config as never,
      onNotices: () => void told++,
    })
  await ask(null)
  expect(await store.outbox.newest(project)).toEqual([])
  await ask({ routes })
  await ask({ routes })
  expect(told).toBe(1)
  const [row, ...more] = await store.outbox.newest(project)
  expect(more).toEqual([])
  expect(row).toMatchObject({ channel: 'slack:#dev', notice: { kind: 'approval-wanted', promotion: promotion.id } })
  expect(row?.notice.url).toBe(`https://gantry.example/p/shop/releases/${sha('a')}`)
})
