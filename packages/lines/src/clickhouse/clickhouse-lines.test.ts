import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { type NewLine, readLineQuery } from '@gantry/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ClickHouseLines, openClickHouseLines } from './clickhouse-lines.ts'

interface Asked {
  /** The statement, with what it names by `{p0:String}`. */
  query: string
  params: URLSearchParams
  body: string
}
type Answer = { status?: number; code?: string; body?: string } | 'broken'

/** What a server answers that takes everything; the rules of all line stores are held by the engine itself, at night. */
const taken = (): Answer => ({})
let answer: (asked: Asked) => Answer = taken
const asked: Asked[] = []
const server = createServer(async (request, response) => {
  const { searchParams: params } = new URL(request.url ?? '', 'http://engine')
  const body = await text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request)
  const query = params.get('query') ?? body
  asked.push({ query, params, body })
  const said = answer({ query, params, body })
  if (said === 'broken') return void request.socket.destroy()
  response.writeHead(said.status ?? 200, said.code ? { 'x-clickhouse-exception-code': said.code } : {})
  response.end(said.body ?? '')
})
let url = ''
let lines: ClickHouseLines
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  url = `http://gantry:secret@127.0.0.1:${(server.address() as AddressInfo).port}/logs`
  lines = await openClickHouseLines(url)
})
beforeEach(() => {
  answer = taken
  asked.length = 0
})
afterAll(async () => {
  await lines.close()
  server.close()
})

const line = (message: string): NewLine => ({
  ...{ project: 'shop', environment: 'production', release: null, service: 'web', level: 'info', trace: null },
  ...{ at: '2026-03-01T08:00:00.000Z', message, fields: { orderId: 'ord-1' } },
})
const inserts = () => asked.filter(({ query }) => query.startsWith('INSERT'))
const rowsIn = ({ body }: Asked) =>
  body
    .trim()
    .split('\n')
    .map(row => JSON.parse(row) as Record<string, unknown>)

test('what comes together goes together, and is found by the words beside it', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, index) => lines.append([line(`n${index}`)])))
  expect(inserts().length).toBeLessThanOrEqual(3)
  const rows = inserts().flatMap(rowsIn)
  expect(rows).toHaveLength(200)
  expect(rows[0]).toMatchObject({ message: 'n0', fields: '{"orderId":"ord-1"}', level: 2 })
  expect(rows[0]?.['words']).toBe('n0 service=web environment=production level=info orderid=ord_1 =ord_1')
})

test('an insert whose answer is lost is sent again by its token, so that it is there once', async () => {
  let left = 1
  answer = ({ query }) => (query.startsWith('INSERT') && left-- > 0 ? 'broken' : {})
  await lines.append([line('once')])
  const tokens = inserts().map(({ params }) => params.get('insert_deduplication_token'))
  expect(tokens).toHaveLength(2)
  expect(new Set(tokens).size).toBe(1)
})

test.each([
  [
    'a full disk',
    { status: 500, code: '243', body: 'Code: 243. DB::Exception: no space (NOT_ENOUGH_SPACE)' },
    'STORAGE_FULL',
  ],
  [
    'a wrong password',
    { status: 516, code: '516', body: 'Code: 516. DB::Exception: no (AUTHENTICATION_FAILED)' },
    'LINES_UNREACHABLE',
  ],
  ['no answer', 'broken', 'LINES_UNREACHABLE'],
] satisfies [string, Answer, string][])('%s fails by name, without the password', async (_what, said, code) => {
  answer = () => said
  const failed = await lines.append([line('lost')]).catch(cause => cause)
  expect(failed).toMatchObject({ code })
  expect(String(failed)).not.toContain('secret')
  answer = taken
  await lines.append([line('kept')])
})

test('what a person types is a value, and never a part of the statement', async () => {
  answer = ({ query }) => (query.includes('now64') ? { body: '{"ms":5000}\n' } : {})
  const odd = `x') or 1=1 --`
  const found = await lines.search(odd, {
    term: readLineQuery(`"${odd}" card refund* -level:error`),
    from: '2026-03-01T08:00:00Z',
  })
  expect(found).toEqual({ lines: [], hasMore: false, searchedBackTo: null, cursor: '3000' })
  const { query, params } = asked.at(-1) ?? { query: '', params: new URLSearchParams() }
  expect(query).not.toContain('1=1')
  expect(query).toContain('and not (hasAllTokens(words, {p')
  // As ClickHouse reads values of an address: quotes are escaped.
  expect(params.get('param_p0')).toBe(`x\\') or 1=1 --`)
})

test('what goes is the parts that were counted, so that an insert that comes meanwhile stays', async () => {
  const parts = '{"part":"7c_1_4_1","lines":2}\n{"part":"7c_5_5_0","lines":1}\n'
  answer = ({ query }) => (query.includes('_part') ? { body: parts } : {})
  const dropped = () => asked.flatMap(({ query }) => /drop .*/.exec(query)?.[0] ?? [])
  const day = { day: '2026-03-01', lines: 2, bytes: 9 }
  expect(await lines.forget('shop', [day])).toEqual([])
  expect(dropped()).toEqual([])
  expect(await lines.forget('shop', [{ ...day, lines: 3 }])).toEqual([{ ...day, lines: 3 }])
  expect(dropped()).toEqual(["drop part '7c_1_4_1'", "drop part '7c_5_5_0'"])
})

test('lines of an insert that takes long are asked for again by who follows', async () => {
  answer = ({ query }) => (query.includes('now64') ? { body: '{"ms":100000,"seconds":30.5}\n' } : {})
  expect((await lines.search('shop', { term: null })).cursor).toBe('67500')
  const [clock, read] = asked.map(({ query }) => query)
  expect(clock).toContain("system.processes\n    where query_kind = 'Insert'")
  expect(read).toContain('from gantry_lines')
})

test('the first page is no smaller than what is asked for', async () => {
  answer = ({ query }) => (query.includes('now64') ? { body: '{"ms":5000}\n' } : {})
  await lines.search('shop', { term: null, limit: 2_000 })
  expect(asked.at(-1)?.query).toContain('limit 2001')
})

test('pages are read until there are enough lines, the next ones larger', async () => {
  const row = (index: number) =>
    JSON.stringify({
      ...{ id: `l${9_999 - index}`, ms: 5_000, environment: 'e', release: null, service: 's', level: 4 },
      message: index === 2_000 ? 'rare one' : 'usual',
      trace: null,
      fields: '{}',
    })
  let read = 0
  answer = ({ query }) => {
    const [, limit] = /limit (\d+)/.exec(query) ?? []
    if (limit === undefined) return { body: '{"ms":5000}\n' }
    const page = Array.from({ length: Math.min(Number(limit), 2_500 - read) }, (_, index) => row(read + index))
    read += page.length
    return { body: `${page.join('\n')}\n` }
  }
  const found = await lines.search('shop', { term: readLineQuery('"rare one"') })
  expect(found.lines).toMatchObject([{ id: 'l7999', level: 'error', at: '1970-01-01T00:00:05.000Z' }])
  expect(asked.filter(({ query }) => query.includes('limit')).map(({ params }) => params.get('param_p1'))).toContain(
    'l9000',
  )
})

test('lines that are there already are not moved in again', async () => {
  const moved = [1, 2].map(number => ({ formerId: `f${number}`, line: line(`m${number}`) }))
  answer = ({ query, params }) =>
    query.startsWith('select id')
      ? { body: `${JSON.stringify({ id: String(params.get('param_ids')).split("'")[1] })}\n` }
      : {}
  await lines.moveIn('shop', moved)
  expect(inserts().flatMap(rowsIn)).toMatchObject([{ message: 'm2' }])
})
