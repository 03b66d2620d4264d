import { expect, test } from 'vitest'
import { columnText } from './column-text.ts'

const line = {
  ...{
    at: '2026-11-28T10:00:00.000Z',
    service: 'web',
    environment: 'production',
    release: null,
    level: 'error' as const,
  },
  ...{
    message: 'refund failed',
    trace: 't1',
    fields: { http: { statusCode: 502 }, tags: ['a', 'b'], message: 'inner', '2xx': 7 },
  },
}

test.each([
  ['time', '2026-11-28T10:00:00.000Z'],
  ['env', 'production'],
  ['release', ''],
  ['message', 'refund failed'],
  ['http.statusCode', '502'],
  ['http_statuscode', '502'],
  ['tags', 'a, b'],
  ['@2xx', '7'],
  ['constructor', ''],
  ['fields', 'http={"statusCode":502} tags=["a","b"] message=inner 2xx=7'],
])('%s says %j', (name, text) => {
  expect(columnText(line, name)).toBe(text)
})
