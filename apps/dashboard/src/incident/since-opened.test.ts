import { expect, test } from 'vitest'
import { sinceOpened } from './since-opened.ts'

test.each([
  ['2026-11-23T14:02:00.000Z', 'T+0:00'],
  ['2026-11-23T14:02:31.900Z', 'T+0:31'],
  ['2026-11-23T15:06:09.000Z', 'T+1:04:09'],
  ['2026-11-23T14:01:48.000Z', 'T-0:12'],
])('%s is %s', (at, said) => expect(sinceOpened(at, '2026-11-23T14:02:00.000Z')).toBe(said))
