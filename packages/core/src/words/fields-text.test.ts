import { expect, test } from 'vitest'
import { fieldsText } from './fields-text.ts'

const line = (fields: Record<string, unknown>) =>
  fieldsText({ fields, service: 'backend', environment: 'production', release: 'abc', level: 'info' })

test('says what the line does not show yet', () => {
  const time = '2026-11-23T10:00:00.000Z'
  const own = { time, '@timestamp': time, service: 'backend', env: 'production', sha: 'abc', lvl: 'info' }
  expect(line({ ...own, method: 'GET', path: '/api/sites', status: 500, ms: 0, ok: false })).toBe(
    'method=GET path=/api/sites status=500 ms=0 ok=false',
  )
  expect(line({ upstream: 'backend', release: 'other' })).toBe('upstream=backend release=other')
  expect(line({})).toBe('')
  expect(line({ empty: '', nothing: null })).toBe('')
})

test('keeps each value apart and on one line', () => {
  expect(line({ query: 'a=b c', stack: 'Error: x\n    at y', err: { code: 'E', at: [1] } })).toBe(
    'query="a=b c" stack="Error: x\\n    at y" err={"code":"E","at":[1]}',
  )
  expect(line({ long: 'x'.repeat(1_000), short: 1 })).toMatch(/^long=x{159}… short=1$/)
})
