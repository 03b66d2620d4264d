import type { DeploymentFacts, DeployStep, HandedOrder, StepOutcome } from '@gantry/core'
import { expect, test } from 'vitest'
import type { BoundService } from '../providers/bound-service.ts'
import { stepDone } from '../providers/step-outcome.ts'
import { VirtualTime } from '../testing/virtual-time.ts'
import { carryOutOrders } from './carry-out-orders.ts'

const step: DeployStep = {
  ...{ id: 'web.ship', service: 'web', kind: 'ship', phase: 'start', undoable: true, summary: 'ship web' },
  ...{ status: 'running', startedAt: null, finishedAt: null, detail: null },
}
const service = (name: string, runsIn: 'job' | 'server', more: Partial<BoundService> = {}) =>
  ({
    name,
    runsIn,
    plan: () => [],
    address: async () => `https://${name}.vendor.example`,
    ...more,
  }) as unknown as BoundService

/** One order for `web`, whose step asks where these are. */
async function asked(names: string[], services: BoundService[], addresses: Record<string, string> = {}) {
  const web = service('web', 'job', {
    perform: async (_step, _facts, { addressOf }) =>
      stepDone(null, { found: await Promise.all(names.map(name => addressOf(name))) }),
  })
  const handed = {
    ...{ name: 'perform web.ship', order: { act: 'perform', service: 'web', step }, addresses },
    ...{ facts: {} as DeploymentFacts, config: {}, answers: {} },
  } as HandedOrder
  const orders = [{ kind: 'order' as const, handed }, { kind: 'ended' as const }]
  const said: StepOutcome[] = []
  const surroundings = { env: {}, cwd: '/nowhere', fetch, log: () => {}, artifacts: {} as never }
  await carryOutOrders({
    source: {
      attend: async () => ({ version: 1, ttlMs: 45_000, renewEveryMs: 5_000 }),
      next: async () => orders.shift() ?? { kind: 'ended' },
      renew: async () => ({ name: null }),
      report: async (_version, _name, outcome) => void said.push(outcome),
    },
    bind: async () => [...services, ...(names.length > 0 ? [web] : [])],
    surroundings,
    clock: new VirtualTime().clock(),
  })
  return said
}

test('a service that was never deployed is found where its vendor says it will be', async () => {
  const services = [service('api', 'job'), service('admin', 'job'), service('worker', 'server')]
  const [outcome] = await asked(['api', 'admin', 'worker', 'nobody'], services, { admin: 'https://admin.shop.example' })
  expect(outcome).toMatchObject({
    ok: true,
    answer: { found: ['https://api.vendor.example', 'https://admin.shop.example', null, null] },
  })
})

test('an order for a service that the config does not have fails, and the job goes on', async () => {
  expect(await asked([], [service('api', 'job')])).toEqual([
    expect.objectContaining({ ok: false, why: 'there is no service "web"' }),
  ])
})
