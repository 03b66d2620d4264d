import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { memoryOutbox, notice } from '../testing/memory-outbox.ts'
import { deliverDue } from './deliver-due.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** A receiver that gives each answer once, then 202. */
async function receiver(...answers: Answer[]) {
  const got: { key: string | undefined; body: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    got.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(Buffer.concat(chunks).toString()) })
    const answer = answers.shift()
    if (answer) answer(request, response)
    else response.writeHead(202).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end()

/** Delivers again and again, an hour of its own clock later each time, until nothing is due. */
async function deliverAll(url: string, outbox = memoryOutbox(), rounds = 8) {
  const clock = { ms: Date.parse('2026-11-23T10:00:00.000Z') }
  const outcomes: string[] = []
  for (let round = 0; round < rounds; round++) {
    await deliverDue({
      outbox,
      channelOf: name => (name === 'gone' ? null : { type: name, name }),
      env: { GANTRY_WEBHOOK_URL: url, PAGERDUTY_URL: url, PAGERDUTY_ROUTING_KEY: 'k' },
      fetch,
      now: () => new Date(clock.ms),
      timeoutMs: 200,
      onTried: async (row, outcome) => void outcomes.push(`${row.notice.kind} ${outcome.kind}`),
    })
    clock.ms += 3_600_000
  }
  return { rows: outbox.rows, outcomes }
}

const queued = async (channel: string, ...kinds: ('opened' | 'acknowledged' | 'resolved' | 'rolled-back')[]) => {
  const outbox = memoryOutbox()
  await outbox.add(kinds.map(kind => ({ project: 'shop', channel, notice: notice({ kind }) })))
  return outbox
}

test('tries again after 500, 429 and a hang, and arrives once more with the same keys', async () => {
  const { got, url } = await receiver(status(500), status(429, { 'retry-after': '30' }), () => {})
  const { rows } = await deliverAll(url, await queued('pagerduty', 'opened'))
  expect(rows[0]).toMatchObject({ state: 'sent', attempts: 4 })
  expect(got).toHaveLength(4)
  expect(new Set(got.map(({ body }) => body['dedup_key'])).size).toBe(1)
  expect(new Set(got.map(({ key }) => key)).size).toBe(1)
})

test('a connection cut after the message was taken leads to a repetition the receiver can join', async () => {
  const { got, url } = await receiver(request => void request.socket.destroy())
  const { rows } = await deliverAll(url, await queued('pagerduty', 'opened'))
  expect(rows[0]?.state).toBe('sent')
  expect(got.map(({ body }) => body['dedup_key'])).toEqual(['gantry-shop-incident-1', 'gantry-shop-incident-1'])
})

test('a resolve never overtakes its trigger', async () => {
  const { got, url } = await receiver(status(503), status(503))
  await deliverAll(url, await queued('pagerduty', 'opened', 'acknowledged', 'resolved'))
  expect(got.map(({ body }) => body['event_action'])).toEqual([
    'trigger',
    'trigger',
    'trigger',
    'acknowledge',
    'resolve',
  ])
})

test('what is refused is dead at once, and does not hold up what follows', async () => {
  const { url } = await receiver(status(400))
  const { rows } = await deliverAll(url, await queued('webhook', 'opened', 'resolved'))
  expect(rows).toMatchObject([{ state: 'dead', lastError: 'status 400' }, { state: 'sent' }])
})

test('a channel without settings, or gone from the routes, is dead by name', async () => {
  const { url } = await receiver()
  expect((await deliverAll(url, await queued('slack', 'opened'))).rows[0]).toMatchObject({
    state: 'dead',
    lastError: 'SLACK_WEBHOOK_URL is not set',
  })
  expect((await deliverAll(url, await queued('gone', 'opened'))).rows[0]?.lastError).toContain(
    'no route names the channel gone',
  )
  expect((await deliverAll(url, await queued('pigeon', 'opened'))).rows[0]?.lastError).toContain('no channel "pigeon"')
})

test('a notice the receiver has no use for is done without a request, and not called delivered', async () => {
  const { got, url } = await receiver()
  const { rows, outcomes } = await deliverAll(url, await queued('pagerduty', 'rolled-back'))
  expect(rows[0]?.state).toBe('sent')
  expect(got).toEqual([])
  expect(outcomes).toEqual([])
})

test('nothing is lost while the receiver is away', async () => {
  const { rows } = await deliverAll('http://127.0.0.1:9', await queued('webhook', 'opened'), 2)
  expect(rows[0]).toMatchObject({ state: 'pending', attempts: 2 })
})
