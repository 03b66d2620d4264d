import { expect, test } from 'vitest'
import { saidWindow, share, signalCounts } from './said-share.ts'

test.each([
  [0, '0 s'],
  [75_000, '75 s'],
  [119_499, '119 s'],
  [120_000, '2 min'],
  [300_000, '5 min'],
  [3_600_000, '60 min'],
  [7_200_000, '2 h'],
  [86_400_000, '24 h'],
])('says a window of %i ms as %s', (ms, said) => expect(saidWindow(ms)).toBe(said))

test('no requests are no fault, and more errors than requests are all of them', () => {
  expect(share(signalCounts({ requests: 0, failures: 0, errors: 9 }, 'errors'))).toBe(0)
  expect(share(signalCounts({ requests: 30, failures: 3, errors: 900 }, 'errors'))).toBe(1)
  expect(share(signalCounts({ requests: 30, failures: 3, errors: 900 }, 'failures'))).toBe(0.1)
})
