import { expect, test } from 'vitest'
import type { ErrorEvent, Frame } from '../../event/error-event.ts'
import { groupEvent } from './group-event.ts'
import { parameterise } from './parameterise.ts'
import { stableFile } from './stable-file.ts'

const frame = (file: string, name: string | null, more: Partial<Frame> = {}): Frame => ({
  file,
  function: name,
  line: 3,
  column: 7,
  isInApp: true,
  context: null,
  ...more,
})
const event = (more: Partial<ErrorEvent> = {}): ErrorEvent => ({
  id: 'a'.repeat(32),
  project: 'shop',
  environment: 'production',
  release: 'r',
  service: 'backend',
  level: 'error',
  platform: 'node',
  at: '2026-11-23T10:00:00.000Z',
  receivedAt: '2026-11-23T10:00:00.000Z',
  message: null,
  exceptions: [],
  fingerprint: [],
  transaction: null,
  url: null,
  user: null,
  traceId: null,
  tags: {},
  breadcrumbs: [],
  sdk: null,
  ...more,
})
const thrown = (frames: Frame[], more: { type?: string | null; value?: string; isSynthetic?: boolean } = {}) =>
  event({
    exceptions: [
      { type: 'TypeError', value: 'total is undefined', isSynthetic: false, isHandled: false, frames, ...more },
    ],
  })
const key = (one: ErrorEvent) => groupEvent(one).grouping.key

test('names the fault and the frame to blame', () => {
  const grouped = groupEvent(thrown([frame('/app/src/route.ts', 'handle'), frame('/app/src/checkout.ts', 'priceOf')]))
  expect(grouped).toMatchObject({ title: 'TypeError: total is undefined', culprit: 'checkout.ts in priceOf' })
  expect(grouped.grouping.because).toEqual([
    'type TypeError',
    'frame src/checkout.ts priceOf',
    'message total is undefined',
    'service backend',
  ])
})

test('is the same issue whoever calls the function that fails', () => {
  const last = frame('/app/src/checkout.ts', 'priceOf')
  expect(key(thrown([frame('/app/src/cart.ts', 'show'), last]))).toBe(
    key(thrown([frame('/app/src/job.ts', 'run'), last])),
  )
})

test('is the same issue whatever the line, the value, the folder of the release and the build hash', () => {
  const before = thrown([frame('http://127.0.0.1:4301/assets/index-BxY12ab3.js', 'priceOf', { line: 1 })], {
    value: 'order 41 has no total',
  })
  const after = thrown([frame('https://shop.example/assets/index-Q9s_8dKe.js?v=2', 'priceOf', { line: 9 })], {
    value: 'order 77 has no total',
  })
  expect(key(before)).toBe(key(after))
})

test('is another issue when another function fails', () => {
  expect(key(thrown([frame('/a/x.ts', 'one')]))).not.toBe(key(thrown([frame('/a/x.ts', 'other')])))
})

test('library frames do not count when your own code is there', () => {
  const own = frame('/app/src/x.ts', 'mine')
  expect(key(thrown([frame('/m/lib.js', 'call', { isInApp: false }), own]))).toBe(key(thrown([own])))
  expect(groupEvent(thrown([frame('/m/lib.js', 'call', { isInApp: false })])).culprit).toBe('lib.js in call')
})

test('recursion of any depth is one issue', () => {
  const step = frame('/a/walk.ts', 'walk')
  expect(key(thrown([step, step, step, step]))).toBe(key(thrown([step])))
})

test('minified names are replaced by the line of code, or by the message', () => {
  const line = { context: { pre: [], line: '  return cart.total()', post: [] } }
  expect(groupEvent(thrown([frame('/assets/app.js', 'Xe', line)])).grouping.because).toContain(
    'frame assets/app.js return cart.total()',
  )
  expect(groupEvent(thrown([frame('/assets/app.js', 'Xe')], { value: 'order 7 is gone' })).grouping.because).toEqual([
    'type TypeError',
    'frame assets/app.js',
    'message order <value> is gone',
    'service backend',
  ])
})

test('captured messages group by their words, whichever way the SDK sends them', () => {
  const old = event({ message: 'queue 12 is full' })
  const synthetic = event({
    message: 'queue 13 is full',
    exceptions: [{ type: null, value: 'queue 13 is full', isSynthetic: true, isHandled: true, frames: [] }],
  })
  expect(key(old)).toBe(key(synthetic))
  expect(groupEvent(synthetic).title).toBe('queue 13 is full')
})

test("the client's fingerprint decides, and may add to the default", () => {
  expect(key(event({ fingerprint: ['payment'], message: 'a' }))).toBe(
    key(event({ fingerprint: ['payment'], message: 'b' })),
  )
  expect(groupEvent(event({ fingerprint: ['{{ default }}', 'eu'], message: 'a' })).grouping.because).toEqual([
    'message a',
    'fingerprint eu',
  ])
})

test('an event with nothing in it still has a title', () => {
  expect(groupEvent(event())).toMatchObject({ title: '(no message)', culprit: null })
})

test.each([
  ['user 42 not found', 'user <value> not found'],
  ['took 1.5 s at 2026-11-23T10:00:00Z', 'took <duration> at <date>'],
  ['mail to ann@example.com failed', 'mail to <email> failed'],
  ['GET https://x.test/a?b=1 refused', 'GET <url> refused'],
  ['connect 10.0.0.1:5432', 'connect <ip>:5432'],
  ['id 3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'id <value>'],
  ['commit 8f3c2a1 and 0xff', 'commit <value> and <value>'],
  ['utf8 and v2 stay', 'utf8 and v2 stay'],
])('%s → %s', (message, expected) => {
  expect(parameterise(message)).toBe(expected)
})

test.each([
  ['/home/x/production/backend/8f3c2a1/server.mjs', 'server.mjs'],
  ['apps/backend/src/api.ts', 'apps/backend/src/api.ts'],
  ['http://h/assets/vendor-a1B2c3D4.js', 'assets/vendor.js'],
  ['webpack:///./src/long-component-name.tsx', 'src/long-component-name.tsx'],
])('%s is %s', (file, expected) => {
  expect(stableFile(file)).toBe(expected)
})

test('an exception without a message is titled by its type, an event without anything says so', () => {
  expect(groupEvent(thrown([], { value: '' })).title).toBe('TypeError')
  expect(groupEvent(event()).title).toBe('(no message)')
  expect(key(event())).toBe('message (none)')
})

test('a frame without a name is blamed as such, and told from others by its line of code', () => {
  const unnamed = (line: string) =>
    thrown([frame('/app/src/checkout.ts', null, { context: { pre: [], line, post: [] } })])
  expect(groupEvent(unnamed('return total.amount')).culprit).toBe('checkout.ts in ?')
  expect(key(unnamed('return total.amount'))).not.toBe(key(unnamed('throw new TypeError(text)')))
})

test('a stack whose frames say nothing is grouped by file and message', () => {
  const { because } = groupEvent(thrown([frame('/app/dist/index.js', 'a')])).grouping
  expect(because).toEqual(['type TypeError', 'frame dist/index.js', 'message total is undefined', 'service backend'])
})

test('the stack of a synthetic exception counts for nothing: clients before it sent the message alone', () => {
  const grouped = groupEvent(thrown([frame('/app/src/checkout.ts', 'priceOf')], { isSynthetic: true }))
  expect(grouped.title).toBe('total is undefined')
  expect(grouped.grouping.because).toEqual(['message total is undefined'])
})

test('of a cause in a library, who met it is named as well; of one that says nothing, the rest', () => {
  const cause = { type: 'Error', value: 'socket hang up', isSynthetic: false, isHandled: false, frames: [] }
  const met = { ...cause, type: 'StoreError', value: 'could not read', frames: [frame('/app/src/cart.ts', 'readCart')] }
  const empty = { ...cause, type: null, value: '' }
  expect(groupEvent(event({ exceptions: [empty, cause, met] })).grouping.because).toEqual([
    'type Error',
    'message socket hang up',
    'service backend',
    'met by type StoreError',
    'met by frame src/cart.ts readCart',
    'met by message could not read',
    'met by service backend',
  ])
  expect(groupEvent(event({ message: 'said', exceptions: [{ ...empty, type: 'E' }] })).grouping.because).toEqual([
    'type E',
    'message said',
    'service backend',
  ])
  expect(groupEvent(event({ exceptions: [empty] })).grouping.because).toEqual(['message (none)'])
})

test('a line that throws what it was given is told by its message, its file by nothing where none is known', () => {
  const given = thrown([frame('/app/src/api.ts', 'answer', { context: { pre: [], line: 'throw error', post: [] } })])
  expect(groupEvent(given).grouping.because).toContain('message total is undefined')
  expect(groupEvent(thrown([frame('', 'sharp::resize')])).culprit).toBe('? in resize')
  const bundle = { context: { pre: [], line: `{snip} ${'x'.repeat(300)}`, post: [] } }
  expect(groupEvent(thrown([frame('/app/src/api.ts', 'answer', bundle)])).grouping.because[1]).toBe(
    'frame src/api.ts answer',
  )
})

test.each([
  ['C:\\Users\\ann\\shop\\src\\cart.ts', 'src/cart.ts'],
  ['/usr/lib/python3.11/site-packages/django/views.py', 'django/views.py'],
  ['/gems/rails-7.0.4/lib/rails.rb', 'rails/lib/rails.rb'],
  ['https://s.example/_next/static/V1StGXR8_Z5jdHi6B-myT/page.js', '_next/static/page.js'],
  ['/srv/shop/releases/20261101/v1.2.3/x/server.js', 'x/server.js'],
  ['x.ts', 'x.ts'],
])('%s is %s, too', (file, expected) => {
  expect(stableFile(file)).toBe(expected)
})
