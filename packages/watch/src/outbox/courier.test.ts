import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { memoryOutbox, notice } from '../testing/memory-outbox.ts'
import { type CourierParts, createCourier } from './courier.ts'

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

const courierTo = (url: string, outbox: CourierParts['outbox'], more: Partial<CourierParts> = {}) =>
  createCourier({
    outbox,
    channelOf: async name => (name === 'gone' ? null : { type: name, name }),
    env: { GANTRY_WEBHOOK_URL: url, PAGERDUTY_URL: url, PAGERDUTY_ROUTING_KEY: 'k' },
    fetch,
    now: () => new Date('2026-11-23T10:00:00.000Z'),
    onError(cause) {
      throw cause
    },
    ...more,
  })

/** Delivers again and again, an hour of its own clock later each time, until nothing is due. */
async function deliverAll(url: string, outbox = memoryOutbox(), rounds = 8) {
  const clock = { ms: Date.parse('2026-11-23T10:00:00.000Z') }
  const outcomes: string[] = []
  const courier = courierTo(url, outbox, {
    now: () => new Date(clock.ms),
    onTried: async (row, outcome) => void outcomes.push(`${row.notice.kind} ${outcome.kind}`),
  })
  for (let round = 0; round < rounds; round++) {
    await courier.look()
    await courier.idle()
    clock.ms += 3_600_000
  }
  return { rows: outbox.rows, outcomes }
}

const queued = async (channel: string, ...kinds: ('opened' | 'acknowledged' | 'resolved' | 'rolled-back')[]) => {
  const outbox = memoryOutbox()
  await outbox.add(kinds.map(kind => ({ project: 'shop', channel, notice: notice({ kind }) })))
  return outbox
}

test('tries again after 408, 425, 429 and 5xx, and arrives once more with the same keys', async () => {
  const { got, url } = await receiver(status(408), status(425), status(429), status(500), status(503))
  const { rows } = await deliverAll(url, await queued('pagerduty', 'opened'))
  expect(rows[0]).toMatchObject({ state: 'sent', attempts: 6 })
  expect(got).toHaveLength(6)
  expect(new Set(got.map(({ body }) => body['dedup_key'])).size).toBe(1)
  expect(new Set(got.map(({ key }) => key)).size).toBe(1)
})

test('a receiver that hangs is given up in time, and tried again', async () => {
  const { url } = await receiver(() => {})
  const outbox = await queued('pagerduty', 'opened')
  const hasty = courierTo(url, outbox, { timeoutMs: 100 })
  await hasty.look()
  await hasty.idle()
  expect(outbox.rows).toMatchObject([{ state: 'pending', attempts: 1, lastError: 'no answer within 100 ms' }])
  const { url: recovered } = await receiver()
  await deliverAll(recovered, outbox, 2)
  expect(outbox.rows).toMatchObject([{ state: 'sent', attempts: 2 }])
})

test.each([
  ['seconds', '90'],
  ['an HTTP date', 'Mon, 23 Nov 2026 10:01:30 GMT'],
])('waits as long as the receiver asked, in %s', async (_form, after) => {
  const { url } = await receiver(status(429, { 'retry-after': after }))
  const { rows } = await deliverAll(url, await queued('webhook', 'opened'), 1)
  expect(rows).toMatchObject([{ state: 'pending', lastError: 'status 429', nextAt: '2026-11-23T10:01:30.000Z' }])
})

test('a connection cut after the message was taken leads to a repetition the receiver can join', async () => {
  const { got, url } = await receiver(request => void request.socket.destroy())
  const { rows } = await deliverAll(url, await queued('pagerduty', 'opened'))
  expect(rows[0]?.state).toBe('sent')
  expect(got.map(({ body }) => body['dedup_key'])).toEqual(['gantry-shop-incident-1', 'gantry-shop-incident-1'])
})

test('a crash before it is noted that a page went out has told of it already', async () => {
  const { url } = await receiver()
  const outbox = await queued('pagerduty', 'opened')
  const told: string[] = []
  const crashed = courierTo(
    url,
    { ...outbox, sent: () => Promise.reject(new Error('gone')) },
    { onTried: async (_row, { kind }) => void told.push(kind), onError: () => undefined },
  )
  await crashed.look()
  await crashed.idle()
  expect([told, outbox.rows[0]?.state]).toEqual([['sent'], 'pending'])
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

test('a notice that waits for the one before it has not been tried', async () => {
  const { url } = await receiver(status(503))
  const { rows, outcomes } = await deliverAll(url, await queued('pagerduty', 'opened', 'resolved'), 1)
  expect(rows).toMatchObject([
    { state: 'pending', attempts: 1 },
    { state: 'pending', attempts: 0, lastError: null, nextAt: notice().at },
  ])
  expect(outcomes).toEqual(['opened failed'])
})

test('a resolve that comes while its trigger waits goes out after it', async () => {
  const { got, url } = await receiver(status(503))
  const outbox = await queued('pagerduty', 'opened')
  await deliverAll(url, outbox, 1)
  await outbox.add([{ project: 'shop', channel: 'pagerduty', notice: notice({ kind: 'resolved' }) }])
  await deliverAll(url, outbox, 2)
  expect(got.map(({ body }) => body['event_action'])).toEqual(['trigger', 'trigger', 'resolve'])
})

test('every row has a lease of its own, longer than its request, however many slow ones went before it', async () => {
  const outbox = await queued('webhook', ...Array<'opened'>(9).fill('opened'))
  const clock = { ms: Date.parse('2026-11-23T10:00:00.000Z') }
  const leases = new Map<string, number>()
  const claim: typeof outbox.claim = async (now, leaseMs, limit) => {
    const rows = await outbox.claim(now, leaseMs, limit)
    for (const { id } of rows) leases.set(id, Date.parse(now) + leaseMs)
    return rows
  }
  const ended: number[] = []
  // Each request takes all of its ten seconds: nine in a row take longer than any one lease.
  const courier = courierTo(
    'http://127.0.0.1:9/',
    { ...outbox, claim },
    {
      timeoutMs: 10_000,
      now: () => new Date(clock.ms),
      fetch: async () => {
        clock.ms += 10_000
        return new Response(null, { status: 202 })
      },
      onTried: async ({ id }) => void ended.push((leases.get(id) ?? 0) - clock.ms),
    },
  )
  await courier.look()
  await courier.idle()
  expect(outbox.rows.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(Array(9).fill('sent 1'))
  expect(ended).toEqual(Array(9).fill(15_000))
})

test('a receiver that hangs holds up no other channel', async () => {
  const hanging = await receiver(() => {})
  const { got, url } = await receiver()
  const outbox = await queued('webhook', 'opened')
  const courier = courierTo(url, outbox, {
    timeoutMs: 5_000,
    env: { GANTRY_WEBHOOK_URL: hanging.url, PAGERDUTY_URL: url, PAGERDUTY_ROUTING_KEY: 'k' },
  })
  await courier.look()
  await expect.poll(() => hanging.got).toHaveLength(1)
  await outbox.add([{ project: 'shop', channel: 'pagerduty', notice: notice() }])
  await courier.look()
  await expect.poll(() => outbox.rows.map(({ state }) => state)).toEqual(['pending', 'sent'])
  expect(got).toHaveLength(1)
})

test('sends twenty at once and no more', async () => {
  const outbox = memoryOutbox()
  await outbox.add(
    Array.from({ length: 50 }, (_, index) => ({
      project: 'shop',
      channel: 'webhook',
      notice: notice({ dedupKey: `incident-${index}` }),
    })),
  )
  let atOnce = 0
  let most = 0
  const courier = courierTo('http://127.0.0.1:9/', outbox, {
    fetch: async () => {
      most = Math.max(most, ++atOnce)
      await new Promise(setImmediate)
      atOnce--
      return new Response(null, { status: 202 })
    },
  })
  await Promise.all([courier.look(), courier.look(), courier.look()])
  await courier.idle()
  expect(most).toBe(20)
  expect(outbox.rows.filter(({ state }) => state === 'sent')).toHaveLength(50)
})

test('after a stop nothing more is taken, and what was on its way is noted', async () => {
  const answers: (() => void)[] = []
  const { got, url } = await receiver((_request, response) => void answers.push(() => response.writeHead(202).end()))
  const outbox = await queued('webhook', 'opened', 'resolved')
  const courier = courierTo(url, outbox, { timeoutMs: 5_000 })
  await courier.look()
  await expect.poll(() => answers).toHaveLength(1)
  const stopped = courier.stop()
  answers[0]?.()
  await stopped
  await courier.look()
  expect(outbox.rows.map(({ state }) => state)).toEqual(['sent', 'pending'])
  expect(got).toHaveLength(1)
})

test('an outbox that cannot be written is told of, and the row stays for its next lease', async () => {
  const { url } = await receiver()
  const outbox = await queued('webhook', 'opened')
  const told: unknown[] = []
  const gone = new Error('database gone')
  const courier = courierTo(
    url,
    {
      ...outbox,
      async sent() {
        throw gone
      },
    },
    { onError: cause => void told.push(cause) },
  )
  await courier.look()
  await courier.idle()
  expect(told).toEqual([gone])
  expect(outbox.rows).toMatchObject([{ state: 'pending', attempts: 0 }])
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

test('a notice the receiver has no use for is taken back without a request, and what waits behind it goes out', async () => {
  const { got, url } = await receiver()
  const { rows, outcomes } = await deliverAll(url, await queued('pagerduty', 'rolled-back', 'resolved'))
  expect(rows).toMatchObject([{ notice: { kind: 'resolved' }, state: 'sent' }])
  expect(got.map(({ body }) => body['event_action'])).toEqual(['resolve'])
  expect(outcomes).toEqual(['resolved sent'])
})

test('nothing is lost while the receiver is away', async () => {
  const { rows } = await deliverAll('http://127.0.0.1:9', await queued('webhook', 'opened'), 2)
  expect(rows[0]).toMatchObject({ state: 'pending', attempts: 2 })
})
