import { expect, test, vi } from 'vitest'
import { reportErrors } from './report-errors.ts'

const env = { SENTRY_DSN: 'https://key@host/1', SENTRY_ENVIRONMENT: 'staging', SENTRY_RELEASE: 'r1' }

test('tells every report its environment, release and service', () => {
  const start = vi.fn()
  expect(reportErrors(env, 'builder', start)).toBe(true)
  expect(start).toHaveBeenCalledExactlyOnceWith({
    dsn: env.SENTRY_DSN,
    environment: 'staging',
    release: 'r1',
    initialScope: { tags: { service: 'builder' } },
  })
})

test('starts nothing where no DSN is given', () => {
  const start = vi.fn()
  expect(reportErrors({ SENTRY_RELEASE: 'r1' }, 'builder', start)).toBe(false)
  expect(start).not.toHaveBeenCalled()
})
