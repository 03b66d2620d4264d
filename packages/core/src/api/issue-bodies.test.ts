import { expect, test } from 'vitest'
import { MuteIssueBody, muteRequest } from './issue-bodies.ts'

const now = '2026-11-28T10:00:00.000Z'
const request = (body: object) => muteRequest(MuteIssueBody.parse(body), now)

test('a silence ends at a time, after a time, by a count or by a rate, or never', () => {
  const nothing = { to: 'muted', until: null, moreEvents: null, rate: null }
  expect(request({})).toEqual(nothing)
  expect(request({ for: '24h' })).toEqual({ ...nothing, until: '2026-11-29T10:00:00.000Z' })
  expect(request({ until: '2026-12-24T01:00:00+01:00' })).toEqual({ ...nothing, until: '2026-12-24T00:00:00.000Z' })
  expect(request({ for: '3650d' })).toMatchObject({ until: '2036-11-25T10:00:00.000Z' })
  expect(request({ events: 7, rate: { events: 5, over: '1h' } })).toEqual({
    ...nothing,
    moreEvents: 7,
    rate: { events: 5, overMs: 3_600_000 },
  })
})

test.each([
  [{ for: '3000000d' }],
  [{ for: '999999999999d' }],
  [{ for: '3651d' }],
  [{ until: '9999-12-31T23:59:59-23:59' }],
  [{ until: '0000-01-01T00:00:00Z' }],
  [{ rate: { events: 5, over: '999999999999d' } }],
])('refuses a silence no calendar of ours reaches: %j', body => {
  expect(() => request(body)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
