import { expect, test } from 'vitest'
import { DropReason } from '../ingest/sinks.ts'
import { lossReason } from './lost-in-words.ts'

test('each reason of Gantry has words of its own', () => {
  for (const reason of DropReason.options)
    expect(lossReason(reason).text).not.toBe(reason.replaceAll('-', ' ').concat('!'))
  expect(new Set(DropReason.options.map(reason => lossReason(reason).text)).size).toBe(DropReason.options.length)
})

test('what somebody wanted left out is not lost; one nobody knows is', () => {
  expect(lossReason('sample_rate')).toEqual({ text: 'its sample rate left it out', isWanted: true })
  expect(lossReason('ratelimit_backoff').isWanted).toBe(false)
  expect(lossReason('some_new-word')).toEqual({ text: 'some new word', isWanted: false })
  expect(lossReason('constructor')).toEqual({ text: 'constructor', isWanted: false })
})
