import type { IssueSpread } from '@gantry/core/api'
import { expect, test } from 'vitest'
import { barLabels, seriesName, spreadBars, spreadMarks } from './spread-words.ts'

const sha = '8f3c2a1'.padEnd(40, '0')
const from = '2026-11-27T10:00:00.000Z'

test('bars are called by when they begin, days by their date', () => {
  expect(barLabels({ from, bucketMs: 900_000, buckets: 2 })).toEqual(['27 Nov 10:00 UTC', '27 Nov 10:15 UTC'])
  expect(barLabels({ from, bucketMs: 86_400_000, buckets: 2 })).toEqual(['2026-11-27', '2026-11-28'])
})

test('commits are short, and what is no release is said in words', () => {
  expect(seriesName({ kind: 'one', name: sha }, 'release')).toBe('8f3c2a1')
  expect(seriesName({ kind: 'one', name: sha }, 'environment')).toBe(sha)
  expect(seriesName({ kind: 'others', name: '' }, 'release')).toBe('all others')
  const series = (['one', 'one', 'none'] as const).map((kind, index) => ({
    kind,
    name: `${index}`,
    events: 1,
    counts: [1],
  }))
  const looks = spreadBars(series, 'environment').map(({ look }) => look)
  expect(new Set(looks).size).toBe(3)
})

test('a deployment stands where in its bar it went live', () => {
  const deployment = { id: 'd', environment: 'production', release: sha, bucket: 1, liveAt: '2026-11-27T10:22:30.000Z' }
  const spread = {
    from,
    bucketMs: 900_000,
    deployments: [{ ...deployment, kind: 'rollback' }],
  } as unknown as IssueSpread
  expect(spreadMarks(spread)).toEqual([
    { bucket: 1.5, text: 'Rolled back to 8f3c2a1 in production\n2026-11-27 10:22 UTC' },
  ])
})
