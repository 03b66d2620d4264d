import { expect, test } from 'vitest'
import { NewestArrivals } from './newest-arrivals.ts'

const at = (second: number) => new Date(second * 1_000).toISOString()
const lines = (...seconds: number[]) => seconds.map(second => ({ at: at(second) }))

test('knows the earliest line that came since, and that none did', () => {
  const arrivals = new NewestArrivals(1_000_000)
  expect(arrivals.since(1_000_500, 1_001_000)).toBe(null)
  arrivals.coming(lines(1_000, 990, 1_001))(1_001_200)
  arrivals.coming(lines(1_002))(1_002_100)
  arrivals.coming([])(1_003_000)
  expect(arrivals.since(1_000_500, 1_003_000)).toBe(990_000)
  // What came in the same second may have come before: it is read, and told apart by its own time.
  expect(arrivals.since(1_001_900, 1_003_000)).toBe(990_000)
  expect(arrivals.since(1_002_000, 1_003_000)).toBe(1_002_000)
  expect(arrivals.since(1_003_000, 1_003_000)).toBe(null)
})

test('takes instants with and without milliseconds', () => {
  const arrivals = new NewestArrivals(1_000_000)
  arrivals.coming([{ at: '1970-01-01T00:16:40.500Z' }, { at: '1970-01-01T00:16:40Z' }])(1_001_000)
  expect(arrivals.since(1_000_500, 1_001_000)).toBe(1_000_000)
})

test('says that it does not know of what was before it, or is long ago', () => {
  const arrivals = new NewestArrivals(1_000_000)
  arrivals.coming(lines(1_000))(1_001_000)
  expect(arrivals.since(999_000, 1_002_000)).toBe(undefined)
  expect(arrivals.since(Number.NaN, 1_002_000)).toBe(undefined)
  arrivals.coming(lines(1_300))(1_300_000)
  expect(arrivals.since(1_001_000, 1_300_000)).toBe(undefined)
  expect(arrivals.since(1_299_000, 1_300_000)).toBe(1_300_000)
})

test('counts lines that are being written until it is known when they came', () => {
  const arrivals = new NewestArrivals(1_000_000)
  const arrived = arrivals.coming(lines(990))
  // Others that came later are written, and whoever asks is told so.
  arrivals.coming(lines(1_005))(1_005_000)
  expect(arrivals.since(1_004_000, 1_005_500)).toBe(990_000)
  arrived(1_004_500)
  expect(arrivals.since(1_004_000, 1_005_500)).toBe(990_000)
  expect(arrivals.since(1_005_000, 1_005_500)).toBe(1_005_000)
})
