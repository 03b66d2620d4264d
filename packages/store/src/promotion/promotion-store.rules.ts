import type { Promotion } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const promotion = (id: string, minute: number, change: Partial<Promotion> = {}): Promotion => ({
  id,
  project: 'shop',
  release: 'a1',
  fromEnvironment: 'staging',
  environment: 'production',
  state: 'waiting',
  gates: [{ gate: 'soak', title: 'Soak', state: 'waiting', detail: '3 of 15 min', evidence: null }],
  approvals: [],
  approvalsNeeded: 1,
  runId: `run-${id}`,
  jobId: 'production',
  createdAt: `2026-03-01T08:0${minute}:00.000Z`,
  expiresAt: '2026-03-08T08:00:00.000Z',
  version: 1,
  ...change,
})

export const promotionRules: Rules = {
  'keeps two approvals given at once from overwriting each other': async current => {
    const { promotions } = current.store
    await promotions.add(promotion('p1', 1))
    const approval = { person: 'ada', decision: 'approved', reason: 'good', at: '2026-03-01T09:00:00.000Z' } as const
    const approved = await promotions.update(promotion('p1', 1, { state: 'approved', approvals: [approval] }))
    expect(approved.version).toBe(2)
    const stale = promotions.update(promotion('p1', 1, { approvals: [{ ...approval, person: 'bob' }] }))
    await expect(stale).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await promotions.get('shop', 'p1')).toEqual(approved)
    expect(await promotions.get('blog', 'p1')).toBeNull()
  },

  'lists newest first, open or not, and finds the one a job waits for': async current => {
    const { promotions } = current.store
    await promotions.add(promotion('p2', 2, { state: 'rejected' }))
    await promotions.add(promotion('p3', 3, { environment: 'staging', release: 'b2' }))
    const ids = async (filter: object) => (await promotions.list('shop', filter)).map(({ id }) => id)
    expect(await ids({})).toEqual(['p3', 'p2', 'p1'])
    expect(await ids({ open: true })).toEqual(['p3', 'p1'])
    expect(await ids({ open: false })).toEqual(['p2'])
    expect(await ids({ environment: 'staging' })).toEqual(['p3'])
    expect(await ids({ release: 'a1', limit: 1 })).toEqual(['p2'])
    expect((await promotions.forJob('shop', 'run-p2', 'production'))?.id).toBe('p2')
    expect(await promotions.forJob('shop', 'run-p2', 'other')).toBeNull()
  },

  'holds an environment until the hold is taken away': async current => {
    const { promotions } = current.store
    const hold = { since: '2026-03-01T09:00:00.000Z', because: 'rolled back', by: 'Gantry' }
    expect(await promotions.hold('shop', 'production')).toBeNull()
    await promotions.setHold('shop', 'production', hold)
    await promotions.setHold('shop', 'production', { ...hold, by: 'ada' })
    expect(await promotions.hold('shop', 'production')).toEqual({ ...hold, by: 'ada' })
    expect([...(await promotions.holds('shop'))]).toEqual([['production', { ...hold, by: 'ada' }]])
    await promotions.setHold('shop', 'production', null)
    expect(await promotions.hold('shop', 'production')).toBeNull()
  },
}
