import { expect, test } from 'vitest'
import type { ErrorEvent, Frame } from '../../event/error-event.ts'
import { keyOfVersionOne } from './version-one.ts'

const frame = (file: string, name: string | null, more: Partial<Frame> = {}): Frame => ({
  ...{ file, function: name, line: 3, column: 7, isInApp: true, context: null },
  ...more,
})
const event = (more: Partial<ErrorEvent> = {}): ErrorEvent => ({
  ...{
    id: 'a'.repeat(32),
    project: 'shop',
    environment: 'production',
    release: 'r',
    service: 'backend',
    level: 'error',
  },
  ...{ platform: 'node', at: '2026-11-23T10:00:00.000Z', receivedAt: '2026-11-23T10:00:00.000Z', message: null },
  ...{
    exceptions: [],
    fingerprint: [],
    transaction: null,
    url: null,
    user: null,
    traceId: null,
    tags: {},
    breadcrumbs: [],
  },
  sdk: null,
  ...more,
})
const thrown = (frames: Frame[], more: Partial<ErrorEvent['exceptions'][number]> = {}) =>
  event({
    exceptions: [
      { type: 'TypeError', value: 'total is undefined', isSynthetic: false, isHandled: false, frames, ...more },
    ],
  })
const line = (text: string) => ({ context: { pre: [], line: text, post: [] } })
const many = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => frame(`/app/src/${name}.ts`, `${name}Call`))
const step = frame('/a/walk.ts', 'walk')

// Keys that issues of that version have. None of these may ever change.
test.each<[string, ErrorEvent, string]>([
  [
    'frames of your own code',
    thrown([
      frame('/m/lib.js', 'call', { isInApp: false }),
      frame('/app/src/route.ts', 'Object.handle'),
      frame('<anonymous>', 'x'),
      frame('/srv/8f3c2a1/checkout.ts', 'priceOf'),
    ]),
    'type TypeError\nframe src/route.ts handle\nframe checkout.ts priceOf',
  ],
  [
    'frames of a library',
    thrown([frame('/m/lib.js', 'call', { isInApp: false })]),
    'type TypeError\nframe m/lib.js call',
  ],
  [
    'five frames',
    thrown(many),
    `type TypeError\n${['b', 'c', 'd', 'e', 'f'].map(name => `frame src/${name}.ts ${name}Call`).join('\n')}`,
  ],
  ['recursion', thrown([step, step, step]), 'type TypeError\nframe a/walk.ts walk'],
  [
    'a build hash',
    thrown([frame('http://h/assets/index-BxY12ab3.js?v=1', 'priceOf')]),
    'type TypeError\nframe assets/index.js priceOf',
  ],
  [
    'a minified name with its line',
    thrown([frame('/assets/app.js', 'Xe', line('  return cart.total()'))]),
    'type TypeError\nframe assets/app.js return cart.total()',
  ],
  [
    'a minified name alone',
    thrown([frame('/assets/app.js', 'Xe')], { value: 'order 7 is gone' }),
    'type TypeError\nmessage order <int> is gone\nfile assets/app.js',
  ],
  [
    'no name at all',
    thrown([frame('/assets/app.js', null)]),
    'type TypeError\nmessage total is undefined\nfile assets/app.js',
  ],
  ['no frames', thrown([], { type: null }), 'message total is undefined'],
  [
    'a synthetic exception',
    thrown([frame('/app/src/queue.ts', 'push')], { isSynthetic: true, value: 'queue 13 is full' }),
    'message queue <int> is full\nfile src/queue.ts',
  ],
  [
    'a message',
    event({ message: 'mail to ann@example.com at 2026-11-23T10:00:00Z took 1.5' }),
    'message mail to <email> at <date> took <float>',
  ],
  ['nothing', event(), 'message (none)'],
  ['a fingerprint', event({ message: 'a', fingerprint: ['{{ default }}', 'eu'] }), 'message a\nfingerprint eu'],
])('the first version called %s as it did', (_, one, key) => {
  expect(keyOfVersionOne(one)).toBe(key)
})
