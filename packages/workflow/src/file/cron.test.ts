import { describe, expect, it } from 'vitest'
import { cronFault } from './cron.ts'

describe('a cron of on.schedule', () => {
  it.each(['* * * * *', '30 5,17 * * *', '*/15 0-6 1 JAN-mar SUN', '0 0 * * 7', '5/10 * * * 1-5', ' 0  2 * * * '])(
    '%s is a time',
    cron => expect(cronFault(cron)).toBeUndefined(),
  )

  it.each([
    ['61 * * * *', 'the minute'],
    ['* 24 * * *', 'the hour'],
    ['* * 0 * *', 'the day of the month'],
    ['* * * 13 *', 'the month'],
    ['* * * foo *', 'the month'],
    ['* * * * 8', 'the day of the week'],
    ['5-1 * * * *', 'the minute'],
    ['*/0 * * * *', 'the minute'],
    ['1,, * * * *', 'the minute'],
    ['-1 * * * *', 'the minute'],
    ['@daily', 'five fields'],
    ['* * * *', 'five fields'],
    ['0 0 0 * * *', 'five fields'],
    ['', 'five fields'],
  ])('%s is none: %s', (cron, part) => expect(cronFault(cron)).toContain(part))
})
