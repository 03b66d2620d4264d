import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DayFiles, openDayFiles } from '@gantry/lines'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../route.ts'
import { everyLine } from './log-export.ts'
import { logRoutes } from './logs.ts'

const now = new Date('2026-11-27T10:00:00.000Z')
const app = Fastify()
let dir = ''
let lines: DayFiles

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-log-routes-'))
  lines = openDayFiles({ dir, folderOf: project => join(dir, project), now: () => now })
  const line = (second: number, change: object = {}) => ({
    ...{
      project: 'shop',
      environment: 'production',
      release: 'r1',
      service: 'web',
      level: 'info' as const,
      trace: null,
    },
    ...{
      at: new Date(now.getTime() - 60_000 + second * 1_000).toISOString(),
      message: `request ${second}`,
      fields: {},
    },
    ...change,
  })
  await lines.append([
    line(1),
    line(2, { level: 'error', message: 'said "no",\nloudly', fields: { status: 503 } }),
    line(3, { service: 'api' }),
    line(4, { level: 'warn', trace: 't1', fields: { hostname: 'h2' } }),
    line(5, { at: '2026-11-26T10:00:00.000Z' }),
  ])
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  logRoutes(apiOf(app).ofProject, (() => ({ lines, stored: { name: 'shop' }, now: () => now })) as never)
})
afterAll(async () => {
  await app.close()
  await lines.close()
  await rm(dir, { recursive: true, force: true })
})

const get = (path: string) => app.inject(`/api/v1/projects/shop/logs${path}`)
const messages = async (path: string) => (await get(path)).json().lines.map((line: { message: string }) => line.message)

test('a page is of the last quarter of an hour, narrowed by words and by what a program names', async () => {
  expect(await messages('')).toHaveLength(4)
  expect(await messages('?level=warn')).toEqual(['said "no",\nloudly', 'request 4'])
  expect(await messages('?q=request&service=web&environment=production&release=r1')).toEqual(['request 1', 'request 4'])
  expect(await messages('?traceId=t1')).toEqual(['request 4'])
  expect(await messages('?from=2026-11-26T00:00:00Z&q=-service:api+-level:error')).toHaveLength(3)
  const { histogram, barMs, countedFrom, cursor, searchedBackTo } = (await get('')).json()
  expect(histogram.reduce((sum: number, bar: { total: number }) => sum + bar.total, 0)).toBe(4)
  expect({ barMs, countedFrom, searchedBackTo }).toEqual({ barMs: 15_000, countedFrom: null, searchedBackTo: null })
  expect(await messages(`?since=${cursor}`)).toEqual([])
  expect((await get('?histogram=false')).json().histogram).toEqual([])
  expect((await get('?since=soon')).statusCode).toBe(400)
  expect((await get('?q=level:erorr')).statusCode).not.toBe(200)
})

test('a line is shown among those of its service, wherever a search is', async () => {
  const [, second] = (await get('')).json().lines
  const { line, before, after } = (await get(`/around?line=${second.id}&count=1`)).json()
  expect([before, [line], after].map(part => part.map((each: { message: string }) => each.message))).toEqual([
    ['request 1'],
    ['said "no",\nloudly'],
    ['request 4'],
  ])
  expect((await get('/around?line=none')).statusCode).not.toBe(200)
  const [, , fourth] = (await get('?service=web')).json().lines
  const alone = (await get(`/around?line=${fourth.id}&of=instance`)).json()
  expect(alone).toMatchObject({ before: [], after: [], instance: { name: 'hostname', value: 'h2' } })
})

test('a file of lines ends where it may not be longer', async () => {
  const found: string[] = []
  for await (const page of everyLine(lines, 'shop', { term: null }, 3))
    found.push(...page.map(({ message }) => message))
  expect(found).toEqual(['request 5', 'request 1', 'said "no",\nloudly'])
})

test('values are counted, days listed, and a whole search is a file', async () => {
  const { facets, isWhole } = (await get('/facets?q=level:>=warn')).json()
  expect(isWhole).toBe(true)
  expect(facets.find(({ name }: { name: string }) => name === 'status').values).toEqual([{ value: '503', count: 1 }])
  expect(
    (await get('/days')).json().days.map(({ day, lines: count }: { day: string; lines: number }) => [day, count]),
  ).toEqual([
    ['2026-11-26', 1],
    ['2026-11-27', 4],
  ])
  const ndjson = await get('/export?from=2026-11-26T00:00:00Z')
  expect(ndjson.headers['content-type']).toContain('ndjson')
  expect(
    ndjson.body
      .trim()
      .split('\n')
      .map(text => JSON.parse(text).message)[0],
  ).toBe('request 5')
  const csv = (await get('/export?format=csv&q=level:error')).body.split('\r\n')
  expect(csv).toEqual([
    'at,level,environment,service,release,trace,message,fields',
    '2026-11-27T09:59:02.000Z,error,production,web,r1,,"said ""no"",\nloudly","{""status"":503}"',
    '',
  ])
})
