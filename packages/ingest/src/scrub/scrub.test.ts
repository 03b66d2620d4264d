import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ScrubSettings, scrubberFor } from './scrub.ts'

const usual: ScrubSettings = { secrets: true, addresses: false, names: [], keep: [] }
const scrub = (value: unknown, over: Partial<ScrubSettings> = {}) =>
  scrubberFor({ ...usual, ...over }).json(structuredClone(value))
const ofEvent = (value: unknown) => scrubberFor(usual).event(structuredClone(value))
const textOf = (text: string, over: Partial<ScrubSettings> = {}) => scrub(text, over).value

test.each([
  ['password', 'hunter2', 'password'],
  ['userPassword', 'hunter2', 'password'],
  ['DB_PASSWD', 'hunter2', 'password'],
  ['access_token', 'abc', 'token'],
  ['X-Api-Key', 'abc', 'key'],
  ['client_secret', 'abc', 'key'],
  ['Authorization', 'Bearer abc', 'token'],
  ['Cookie', 'sid=1', 'cookie'],
  ['set-cookie', ['a=1', 'b=2', 'c=3'], 'cookie'],
  ['sessionId', 'abc', 'token'],
  ['cardNumber', 4242, 'card'],
  ['cvv', 123, 'card'],
  ['credentials', { user: 'a' }, 'key'],
])('what %s holds is taken out', (name, held, kind) => {
  expect(scrub({ deep: [{ [name]: held }] })).toEqual({
    value: { deep: [{ [name]: '[scrubbed]' }] },
    scrubbed: { [kind]: 1 },
  })
})

test.each([
  { author: 'ana', tokenCount: 5, hasPassword: true, keyboard: 'qwerty', authenticated: 'yes', passed: 12 },
  { password: null, token: '', secret: false },
  { timestamp: 1_795_428_000.5, micros: 1_795_428_000_123_456, id: '4242424242424241' },
  { text: 'the password is wrong', url: 'https://shop.example/a?b=c', code: 'x', password: '[Filtered]' },
])('what says nothing stays as it is: %j', value => {
  expect(scrub(value)).toEqual({ value, scrubbed: null })
})

test('an event keeps the versions of its packages, and what is called so further inside is scrubbed', () => {
  const said = {
    modules: { cookie: '0.7.1', 'js-tokens': '4.0.0' },
    sdk: { packages: [{ name: 'cookie', value: '1' }] },
  }
  expect(ofEvent(said)).toEqual({ value: said, scrubbed: null })
  const packages = [{ password: 'hunter2' }]
  const { value, scrubbed } = ofEvent({
    ...said,
    extra: { sdk: { token: 'abc' }, modules: { cookie: 'a=b' } },
    packages,
  })
  expect(value).toEqual({
    ...said,
    extra: { sdk: { token: '[scrubbed]' }, modules: { cookie: '[scrubbed]' } },
    packages: [{ password: '[scrubbed]' }],
  })
  expect(scrubbed).toEqual({ token: 1, cookie: 1, password: 1 })
})

test('what is nested too deep to be looked at is left out, and counted', () => {
  let value: unknown = { password: 'hunter2' }
  for (let depth = 0; depth < 100; depth++) value = [value]
  const { value: left, scrubbed } = scrub(value)
  expect(scrubbed).toEqual({ deep: 1 })
  expect(JSON.stringify(left)).toBe(`${'['.repeat(64)}"…"${']'.repeat(64)}`)
})

test.each([
  ['login failed: password=hunter2&user=ana', 'login failed: password=[scrubbed]&user=ana'],
  ['{"token": "abc def", "a": 1}', '{"token": "[scrubbed]", "a": 1}'],
  ["secret: 'a b', next", "secret: '[scrubbed]', next"],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [scrubbed]'],
  ['GET /?api_key=abc&q=1', 'GET /?api_key=[scrubbed]&q=1'],
  ['sent with bearer abcdefghijklmno ok', 'sent with bearer [scrubbed] ok'],
  ['postgres://app:s3cr3t@db:5432/x', 'postgres://app:[scrubbed]@db:5432/x'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.abc-_1 end', 'jwt [scrubbed] end'],
  [`ghp_${'a1'.repeat(18)} leaked`, '[scrubbed] leaked'],
  ['AKIAIOSFODNN7EXAMPLE', '[scrubbed]'],
  ['paid with 4242 4242 4242 4242.', 'paid with [scrubbed].'],
  ['paid with 378282246310005', 'paid with [scrubbed]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', '[scrubbed]'],
])('in the text %j', (text, left) => expect(textOf(text)).toBe(left))

test.each(['order 4242424242424241 is late', 'at 1795428000123', 'password: ', 'token=null', 'keys: 4'])(
  'the text %j stays as it is',
  text => expect(textOf(text)).toBe(text),
)

test('headers as pairs, and as objects with a name, are headers', () => {
  const { value, scrubbed } = scrub({
    headers: [
      ['Cookie', 'a=b'],
      ['accept', 'x'],
    ],
    list: [{ name: 'X-Auth-Token', value: 'abc' }],
  })
  expect(value).toEqual({
    headers: [
      ['Cookie', '[scrubbed]'],
      ['accept', 'x'],
    ],
    list: [{ name: 'X-Auth-Token', value: '[scrubbed]' }],
  })
  expect(scrubbed).toEqual({ cookie: 1, token: 1 })
})

test('a line of code keeps its names and loses what stands in quotes', () => {
  const frame = { context_line: 'login({ password: form.password })', pre_context: ["const token = 'abcdef'"] }
  expect(scrub(frame).value).toEqual({ ...frame, pre_context: ["const token = '[scrubbed]'"] })
})

test('addresses by setting, further names, and names to keep', () => {
  const user = { ip_address: '203.0.113.9', text: 'from 203.0.113.9 to 127.0.0.1', Iban: 'DE1', token: 'abc' }
  expect(scrub(user).value).toMatchObject({ ip_address: '203.0.113.9', Iban: 'DE1', token: '[scrubbed]' })
  expect(scrub(user, { addresses: true, names: ['iban'], keep: ['TOKEN'] })).toEqual({
    value: { ip_address: '[scrubbed]', text: 'from [scrubbed] to 127.0.0.1', Iban: '[scrubbed]', token: 'abc' },
    scrubbed: { address: 2, named: 1 },
  })
  expect(scrub(user, { secrets: false })).toEqual({ value: user, scrubbed: null })
})

test('whatever comes, what is left is scrubbed already, and no text costs more than its length', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
      const { value: once } = scrub(value)
      expect(scrub(once).scrubbed).toBeNull()
    }),
    { numRuns: 100 },
  )
  for (const long of [
    'password=',
    'a:',
    '4',
    '4 ',
    '://',
    'eyJ',
    '-eyJ',
    'bearer ',
    '-----BEGIN PRIVATE KEY-----',
    'token:"',
  ])
    expect(typeof textOf(long.repeat(20_000))).toBe('string')
})
