import { expect, test } from 'vitest'
import { KeepConfig } from '../config/config.ts'
import { keptLimits } from './kept-limits.ts'

test('what came beside events is kept as long as they are, unless it has an age of its own', () => {
  const limits = keptLimits(KeepConfig.parse({ events: '60d', spans: '7d', eventsSize: '5GB' }))
  expect(limits.events).toEqual({ keptFor: '60d', size: '5GB', isExported: false })
  expect(limits.spans).toEqual({ keptFor: '7d', size: '5GB', isExported: false })
  expect([limits.attachments.keptFor, limits.sessions.keptFor, limits.items.keptFor]).toEqual(['60d', '60d', '60d'])
})

test('lines have a size of their own and may be exported', () => {
  const lines = (said: object) => keptLimits(KeepConfig.parse(said)).lines
  expect(lines({})).toEqual({ keptFor: '30d', size: null, isExported: false })
  expect(lines({ linesSize: '20GB', linesExport: true })).toEqual({ keptFor: '30d', size: '20GB', isExported: true })
  expect(keptLimits(KeepConfig.parse({})).checks).toEqual({ keptFor: '30d', size: null, isExported: false })
})

test('nothing that came beside an event outlives it', () => {
  const wrong = KeepConfig.safeParse({ events: '7d', attachments: '8d', spans: '7d' })
  expect(wrong.error?.issues).toMatchObject([
    { path: ['attachments'], message: 'expected at most 7d, which events are kept for' },
  ])
})
