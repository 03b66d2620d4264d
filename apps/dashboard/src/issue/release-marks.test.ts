import { expect, test } from 'vitest'
import { markedBars } from './release-marks.ts'

const now = '2026-11-23T12:00:00Z'

test('bars are darker since the newest release of the day went live', () => {
  const live = { release: '9d01e77aaaa', environment: 'production', liveAt: '2026-11-23T11:31:00Z' }
  const { tones, marks } = markedBars(4, [live], now)
  expect(tones.map(tone => tone.includes('bad'))).toEqual([false, false, true, true])
  expect(marks).toEqual(['9d01e77 in production'])
})

test('a release that is older leaves no mark', () => {
  const old = { release: 'x', environment: 'production', liveAt: '2026-11-20T11:31:00Z' }
  expect(markedBars(2, [old], now)).toEqual({ tones: ['fill-unknown-solid', 'fill-unknown-solid'], marks: [] })
  expect(markedBars(0, [], undefined)).toEqual({ tones: [], marks: [] })
})
