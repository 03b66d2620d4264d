import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function recorded() {
  const lines: string[] = []
  const log = createLog({ service: 'backend', write: line => lines.push(line), now: () => new Date(0) })
  return { log, lines }
}

test('writes one JSON object a line, in the order a person reads it', () => {
  const { log, lines } = recorded()
  log.info('request', { path: '/a\nb', status: 200 })
  expect(lines).toEqual([
    '{"level":"info","time":"1970-01-01T00:00:00.000Z","service":"backend","msg":"request","path":"/a\\nb","status":200}',
  ])
})

test('keeps the message, stack and cause of an error', () => {
  const { log, lines } = recorded()
  log.error('failed', { err: new Error('no row', { cause: new TypeError('bad id') }) })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    err: {
      type: 'Error',
      message: 'no row',
      stack: expect.stringContaining('log.test.ts'),
      cause: { type: 'TypeError' },
    },
  })
})
