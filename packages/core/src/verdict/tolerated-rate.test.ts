import { expect, test } from 'vitest'
import { dispersion, toleratedRate } from './tolerated-rate.ts'

const counts = (trials: number, bad: number) => ({ trials, bad })
const tolerated = (total: ReturnType<typeof counts>, minutes = [total], hours = [total]) =>
  toleratedRate(total, dispersion(minutes), hours)

test('a quarter above what chance explains, where the former release failed often', () => {
  // Upper end of the 95 % Wilson interval of 100 in 1,000: 11.67 %.
  expect(tolerated(counts(1_000, 100))).toBeCloseTo(0.1459, 3)
})

test('two points above the former rate at least', () => {
  expect(tolerated(counts(100_000, 500))).toBeCloseTo(0.025, 6)
  expect(tolerated(counts(0, 0))).toBe(0.02)
  expect(tolerated(counts(20, 10))).toBe(0.625)
})

test('never so much that nothing could be worse', () => {
  expect(tolerated(counts(100, 100))).toBe(0.95)
})

test('failures that came together leave more to chance', () => {
  const even = Array.from({ length: 20 }, () => counts(50, 4))
  const clustered = Array.from({ length: 20 }, (_, index) => counts(50, index % 5 === 0 ? 20 : 0))
  expect(dispersion(even)).toBe(1)
  expect(dispersion(clustered)).toBeGreaterThan(10)
  expect(tolerated(counts(1_000, 80), clustered)).toBeGreaterThan(tolerated(counts(1_000, 80), even) + 0.05)
})

test('windows that say nothing of how failures spread are taken as even', () => {
  for (const windows of [[], [counts(10, 5)], [counts(10, 0), counts(10, 0)], [counts(10, 10), counts(10, 10)]])
    expect(dispersion(windows)).toBe(1)
})

test("the former release's bad hours are usual, its worst tenth is not", () => {
  const quiet = Array.from({ length: 16 }, () => counts(1_000, 5))
  const bad = Array.from({ length: 7 }, () => counts(1_000, 60))
  const outage = counts(1_000, 900)
  const all = (hours: ReturnType<typeof counts>[]) =>
    hours.reduce((sum, hour) => counts(sum.trials + hour.trials, sum.bad + hour.bad), counts(0, 0))
  const withBad = [...quiet, ...bad, outage]
  expect(tolerated(all(withBad), [], withBad)).toBeCloseTo(Math.max(0.06 * 1.25, 0.0908 + 0.005), 1)
  expect(tolerated(all([...quiet, ...bad]), [], [...quiet, ...bad])).toBeCloseTo(0.075, 3)
  const rare = [...quiet, ...quiet, outage]
  expect(tolerated(all(rare), [], rare)).toBeLessThan(0.06)
})
