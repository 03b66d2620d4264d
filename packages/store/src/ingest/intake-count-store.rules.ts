import type { IntakeCount } from '@gantry/core'
import { expect } from 'vitest'
import { forgetOld } from '../maintain/maintain.ts'
import type { Rules } from '../testing/each-database.ts'

const hour = (of: number) => new Date(Date.UTC(2026, 2, 1, of)).toISOString()
const count = (over: Partial<IntakeCount> = {}): IntakeCount => ({
  project: 'counted',
  protocol: 'sentry',
  keyId: 'k',
  category: 'error',
  outcome: 'taken',
  reason: '',
  hour: hour(8),
  quantity: 1,
  ...over,
})

export const intakeCountRules: Rules = {
  'adds up what two servers count in the same hours, by key, category, outcome and reason': async ({ store }) => {
    const { intakeCounts } = store
    const dropped = { category: 'session', outcome: 'dropped', reason: 'not-kept' } as const
    await Promise.all([
      intakeCounts.add([count(), count(), count({ hour: hour(9), quantity: 5 })]),
      intakeCounts.add([count({ quantity: 10 }), count({ ...dropped, quantity: 3 })]),
      intakeCounts.add([count({ project: 'other', quantity: 100 })]),
      intakeCounts.add([]),
    ])
    const { hour: _, ...sum } = count({ quantity: 17 })
    expect(await intakeCounts.since('counted', hour(8))).toEqual([sum, { ...sum, ...dropped, quantity: 3 }])
    expect(await intakeCounts.since('counted', hour(9))).toEqual([{ ...sum, quantity: 5 }])
    expect(await intakeCounts.since('nobody', hour(8))).toEqual([])
  },

  'are kept as long as traffic is': async current => {
    const { intakeCounts } = current.store
    await intakeCounts.add([count({ project: 'aged' }), count({ project: 'aged', hour: hour(9) })])
    await forgetOld(current.database, 'aged', { traffic: hour(9) })
    expect(await intakeCounts.since('aged', hour(0))).toMatchObject([{ quantity: 1 }])
  },
}
