import type { IntakeItem } from '@gantry/core'
import { expect, test } from 'vitest'
import { sender } from '../../testing/sender.ts'
import { readEnvelope } from './envelope.ts'
import { protocol } from './protocol.ts'

const asked = { path: '/api/:number/envelope/', params: { number: '1' }, query: {}, headers: {} }
const event = { event_id: 'e'.repeat(32), message: 'password=hunter2', user: { password: 'x' }, timestamp: 1 }

function read(items: [type: string, payload: unknown, over?: object][], header: object = {}, path = asked.path) {
  const texts = items.map(([type, payload, over]) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    return `${JSON.stringify({ type, length: Buffer.byteLength(text), ...over })}\n${text}\n`
  })
  const body = path === asked.path ? `${JSON.stringify(header)}\n${texts.join('')}` : JSON.stringify(items[0]?.[1])
  const { items: made, relay } = protocol.read(Buffer.from(body), { ...asked, path }).items(sender)
  return (asReceived: boolean, after: (items: IntakeItem[]) => IntakeItem[] = same => same) => {
    const sent = relay?.(after(made), asReceived) ?? null
    return sent && { ...sent, envelope: readEnvelope(sent.body) }
  }
}
const textsOf = (sent: ReturnType<ReturnType<typeof read>>) =>
  sent?.envelope.items.map(({ type, payload }) => `${type} ${payload.toString()}`)

test('by default a service is sent what Gantry keeps: every kind of item, scrubbed', () => {
  const sent = read([
    ['event', event],
    [
      'session',
      {
        sid: 's',
        status: 'ok',
        init: true,
        started: '2026-11-28T12:00:00Z',
        attrs: { release: 'r', token: 'secret!' },
      },
    ],
    ['log', { items: [{ body: 'x', attributes: { password: 'hunter2' } }] }],
    ['attachment', 'a\nb', { filename: 'a.txt' }],
    ['surprise', { new: 1 }],
  ])(false)
  expect(sent?.quantity).toBe(5)
  expect(sent?.categories).toEqual(['error', 'session', 'log_item', 'attachment', 'default'])
  expect(sent?.body.toString()).not.toMatch(/hunter2|secret!|"password":"x"/)
  expect(sent?.envelope.items.map(({ type }) => type)).toEqual(['event', 'session', 'log', 'attachment', 'surprise'])
  expect(textsOf(sent)?.[3]).toBe('attachment a\nb')
  expect(sent?.envelope.items[3]?.header).toEqual({ type: 'attachment', filename: 'a.txt', length: 3 })
})

test('as received it is the same to the byte', () => {
  const text = `{"message":"password=hunter2" , "odd":  1}`
  const sent = read([['event', text]], { event_id: 'a'.repeat(32), sent_at: '2026-11-28T12:00:00Z' })(true)
  expect(textsOf(sent)).toEqual([`event ${text}`])
  expect(sent?.envelope.header).toEqual({ event_id: 'a'.repeat(32), sent_at: '2026-11-28T12:00:00Z' })
})

test('an event is known there by the id it is known by here', () => {
  const sent = read([['event', event]], {}, '/api/:number/store/')(false)
  expect(sent?.envelope.header['event_id']).toBe(event.event_id)
  const { event_id: _, ...unnamed } = event
  const made = read([['event', unnamed]], {}, '/api/:number/store/')(false)
  expect(made?.envelope.header['event_id']).toBe(sender.newId)
})

test('what Gantry refused goes nowhere else, and what it only does not keep does', () => {
  const relay = read([
    ['session', 'no json'],
    ['transaction', { contexts: { trace: { trace_id: 'f'.repeat(32) } } }],
    ['event', event],
  ])
  const limited = (items: IntakeItem[]): IntakeItem[] =>
    items.map(item =>
      item.sink === 'events' ? { sink: null, category: 'error', quantity: 1, reason: 'rate-limited' } : item,
    )
  const sampled = (items: IntakeItem[]): IntakeItem[] =>
    items.map(item =>
      item.sink === 'items' ? { sink: null, category: 'transaction', quantity: 1, reason: 'sampled' } : item,
    )
  expect(relay(false)?.categories).toEqual(['transaction', 'error'])
  expect(relay(false, limited)?.categories).toEqual(['transaction'])
  expect(relay(false, items => sampled(limited(items)))?.categories).toEqual(['transaction'])
  expect(read([['session', 'no json']])(true)).toBeNull()
})
