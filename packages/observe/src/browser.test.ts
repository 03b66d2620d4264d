import * as Sentry from '@sentry/browser'
import { afterEach, expect, test } from 'vitest'
import { observe } from './browser.ts'

afterEach(async () => {
  Reflect.deleteProperty(globalThis, '__ENV__')
  await Sentry.close()
})

test('a page tells what its host says of it', async () => {
  Reflect.set(globalThis, '__ENV__', { SENTRY_DSN: 'https://key@errors.example/1', SENTRY_RELEASE: 'r1', ODD: 7 })
  const events: Sentry.Event[] = []
  const beforeSend = (event: Sentry.ErrorEvent) => {
    events.push(event)
    return null
  }
  expect(observe({ service: 'builder', sentry: { beforeSend } })).toBe(true)
  Sentry.captureException(new Error('no cart'))
  await Sentry.flush(1_000)
  expect(events).toMatchObject([{ release: 'r1', environment: 'development', tags: { service: 'builder' } }])
})

test.each([undefined, null, 'text', {}])('a page that is told nothing starts nothing (%j)', env => {
  Reflect.set(globalThis, '__ENV__', env)
  expect(observe({ service: 'builder' })).toBe(false)
})
