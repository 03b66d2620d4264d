import { expect, test } from 'vitest'
import { readEnv } from './env.ts'

const good = { PORT: '4000', DATABASE_URL: 'postgres://localhost/sites' }

test('listens on loopback unless told otherwise', () => {
  expect(readEnv(good).host).toBe('127.0.0.1')
  expect(readEnv({ ...good, HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
})

test.each([undefined, '', 'abc', '70000', '40.5'])('refuses to start with PORT=%j', PORT => {
  // An empty PORT would mean port 0, that is: any port, where nobody looks.
  expect(() => readEnv({ ...good, PORT })).toThrow(/PORT must be/)
})

test('refuses to start without a Postgres address, and never prints one', () => {
  expect(() => readEnv({ PORT: '4000' })).toThrow(/DATABASE_URL/)
  expect(() => readEnv({ ...good, DATABASE_URL: 'mysql://user:secret@host' })).toThrow(/^(?!.*secret).*$/)
})
