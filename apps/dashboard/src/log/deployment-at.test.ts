import type { Deployment } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { deploymentAt } from './deployment-at.ts'

const deployment = (id: string, liveAt: string | null, environment = 'production') =>
  ({ id, environment, liveAt }) as Deployment
const all = [
  deployment('failed', null),
  deployment('third', '2026-11-28T12:00:00.000Z'),
  deployment('first', '2026-11-28T10:00:00Z'),
  deployment('second', '2026-11-28T11:00:00.000Z'),
  deployment('elsewhere', '2026-11-28T11:30:00.000Z', 'staging'),
]

test('what ran at a time is what went live last before it, in that environment', () => {
  const at = (time: string) => deploymentAt(all, 'production', `2026-11-28T${time}Z`)?.id
  expect([at('11:59:59'), at('12:00:00'), at('10:00:00.000'), at('09:00:00')]).toEqual([
    ...['second', 'third', 'first', undefined],
  ])
})
