import { expect, test } from 'vitest'
import { createSseReader, type SseMessage } from './sse.ts'

function read(...chunks: string[]): SseMessage[] {
  const heard: SseMessage[] = []
  const feed = createSseReader(message => heard.push(message))
  chunks.forEach(feed)
  return heard
}

test('reads a message however it is cut', () => {
  const whole = 'id: 7\nevent: message\ndata: {"topic":"line"}\n\n'
  const expected = [{ id: '7', event: 'message', data: '{"topic":"line"}' }]
  expect(read(whole)).toEqual(expected)
  expect(read(...whole)).toEqual(expected)
  expect(read(whole.replaceAll('\n', '\r\n'))).toEqual(expected)
})

test('comments are silence, data lines join, the id stays', () => {
  expect(read(': beat\n\nid: 3\ndata: a\ndata: b\n\ndata: c\n\n')).toEqual([
    { id: '3', event: 'message', data: 'a\nb' },
    { id: '3', event: 'message', data: 'c' },
  ])
})
