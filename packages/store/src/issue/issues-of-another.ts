import { expect } from 'vitest'
import { type Asks, at, dayMs, of, of24h, page, theirs } from '../testing/asks-of-another.ts'

const mapName = { grouping: { key: 'k', because: [] }, title: 't', culprit: null }

export const asksOfIssues: Pick<Asks, 'issues' | 'issueLife'> = {
  issues: {
    record: 'row',
    get: store => store.issues.get('other', of('id')),
    byNumber: store => store.issues.byNumber('other', 1),
    idsByNumber: async store => void expect((await store.issues.idsByNumber('other', [1])).size).toBe(0),
    list: store => store.issues.list('other', {}),
    events: store => store.issues.events('other', of('issue_id'), { ...page, offset: 0 }),
    event: store => store.issues.event('other', of('id')),
    eventIds: store => store.issues.eventIds('other', { from: '2020-01-01T00:00:00.000Z', after: null, limit: 100 }),
    payload: store => store.issues.payload('other', of('id')),
    newestTimes: async store =>
      void expect((await store.issues.newestTimes('other', [1], { since: at, limit: 9 })).size).toBe(0),
    trend: async store =>
      void expect(
        await store.issues.trend('other', of('issue_id'), { until: of24h, bucketMs: dayMs, buckets: 1 }),
      ).toEqual([0]),
    spread: store => store.issues.spread('other', of('issue_id'), { until: of24h, bucketMs: dayMs, buckets: 1 }),
    ofTrace: store => store.issues.ofTrace('other', '0'.repeat(32), 10),
  },
  issueLife: {
    change: store => store.issueLife.change('other', [of('id')], { to: 'open' }, theirs).catch(() => null),
    comment: store => store.issueLife.comment('other', of('id'), theirs).catch(() => null),
    merge: store => store.issueLife.merge('other', of('id'), [of('id')], theirs).catch(() => null),
    nameByKey: store => store.issueLife.nameByKey('other', of('id'), mapName).catch(() => null),
    areParted: async store =>
      void expect(await store.issueLife.areParted('other', of('issue_id'), of('issue_id'))).toBe(false),
    split: store => store.issueLife.split('other', of('id'), [of('id')], theirs).catch(() => null),
    undo: store => store.issueLife.undo('other', of('issue_id'), '1', theirs).catch(() => null),
    undoMany: store => store.issueLife.undoMany('other', ['1'], theirs).catch(() => null),
    acts: store => store.issueLife.acts('other', of('issue_id')),
    parts: store => store.issueLife.parts('other', of('id')),
    wake: store => store.issueLife.wake('other', at),
    nextWake: store => store.issueLife.nextWake('other'),
    untold: store => store.issueLife.untold('other', 10),
    toldSince: async store => void expect(await store.issueLife.toldSince('other', '2020-01-01T00:00:00.000Z')).toBe(0),
    tell: async store =>
      void expect(await store.issueLife.tell('other', [{ act: '1', told: 'nobody' }], [])).toBe(false),
  },
}
