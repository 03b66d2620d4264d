import { hash } from 'node:crypto'
import { type ErrorEvent, groupEvent } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyLateMaps, readLate } from './late-maps.ts'

let database: Database
const at = '2026-11-28T10:00:00.000Z'
/** What the maps say by now: the place of a column. */
const sources: Record<number, string> = {}
const told: string[] = []

beforeAll(async () => {
  database = await embeddedDatabase()
})
afterAll(() => database.close())

const event = (id: number, file: string, column: number, release = 'shop@1'): ErrorEvent => ({
  ...{ id: id.toString(16).padStart(32, '0'), project: 'shop', environment: 'production', release, service: 'web' },
  ...{ level: 'error', platform: 'javascript', at, receivedAt: at, message: null, fingerprint: [], transaction: null },
  ...{ url: null, user: null, traceId: null, tags: {}, breadcrumbs: [], sdk: null },
  exceptions: [
    {
      ...{ type: 'TypeError', value: 'x is null', isSynthetic: false, isHandled: false },
      frames: [{ file, function: 'a', line: 1, column, isInApp: true, context: null }],
    },
  ],
})
const mapped = async (one: ErrorEvent): Promise<ErrorEvent> => ({
  ...one,
  exceptions: one.exceptions.map(exception => ({
    ...exception,
    frames: exception.frames.map(frame => {
      const source = sources[frame.column ?? 0]
      return source === undefined ? frame : { ...frame, file: source, function: 'total', line: 7, column: 1 }
    }),
  })),
})
const parts = () => ({
  ...{ project: 'shop', store: storeOn(database), mapped, rules: async () => [], now: () => new Date(at) },
  live: { tell: ({ key }: { key: string }) => void told.push(key) },
})
const record = async (one: ErrorEvent) => {
  const grouped = groupEvent(one, [])
  const keyHash = hash('sha256', grouped.grouping.key)
  const [stored] = await storeOn(database).issues.record([{ event: one, ...grouped, keyHash, formerKey: null }])
  return stored?.issueNumber ?? 0
}
const issue = async (number: number) => storeOn(database).issues.byNumber('shop', number)

test('an issue whose map comes late has the name of its source, and what is mapped joins it', async () => {
  const one = event(1, 'https://shop.example/assets/a-1.js', 10)
  const number = await record(one)
  expect(await applyLateMaps('shop@1', parts())).toEqual([])
  expect(await readLate(one, parts())).toBe(one)
  sources[10] = 'apps/web/src/cart.ts'
  expect((await readLate(one, parts())).exceptions[0]?.frames[0]?.file).toBe('apps/web/src/cart.ts')
  expect(await applyLateMaps('shop@9', parts())).toEqual([])
  expect(await applyLateMaps('shop@1', parts())).toEqual([number])
  expect(await issue(number)).toMatchObject({ culprit: 'cart.ts in total', grouping: { because: expect.any(Array) } })
  expect(await record(await mapped(event(2, 'https://shop.example/assets/a-1.js', 10)))).toBe(number)
  expect(told).toEqual([String(number)])
  expect(await applyLateMaps('shop@1', parts())).toEqual([])
})

test('one whose fault is known already becomes part of that issue, which can be undone', async () => {
  const known = await record(await mapped(event(3, 'https://shop.example/assets/a-1.js', 10)))
  const waiting = await record(event(4, 'https://cdn.example/other-2.js', 20, 'shop@2'))
  expect(waiting).not.toBe(known)
  sources[20] = 'apps/web/src/cart.ts'
  expect(await applyLateMaps('shop@2', parts())).toEqual([waiting])
  expect((await issue(waiting))?.number).toBe(known)
  const into = await issue(known)
  const [act] = await storeOn(database).issueLife.acts('shop', into?.id ?? '')
  expect(act).toMatchObject({ kind: 'merged', by: null, canUndo: true, issues: [waiting] })
})

test('what people took apart or put together stays so, whatever maps say', async () => {
  const { issueLife } = storeOn(database)
  const who = { by: 'Ana', at, text: null }
  const file = 'https://shop.example/assets/d-4.js'
  sources[40] = 'apps/web/src/till.ts'
  const known = await issue(await record(await mapped(event(7, file, 40, 'shop@4'))))
  const undone = await record(event(8, 'https://cdn.example/undone.js', 40, 'shop@4'))
  expect(await applyLateMaps('shop@4', parts())).toEqual([undone])
  const [act] = await issueLife.acts('shop', known?.id ?? '')
  await issueLife.undo('shop', known?.id ?? '', act?.id ?? '', who)
  expect(await applyLateMaps('shop@4', parts())).toEqual([])
  expect((await issue(undone))?.number).toBe(undone)

  const split = await issue(await record(event(9, 'https://cdn.example/split.js', 40, 'shop@5')))
  await issueLife.merge('shop', known?.id ?? '', [split?.id ?? ''], who)
  await issueLife.split('shop', known?.id ?? '', [split?.id ?? ''], who)
  expect(await applyLateMaps('shop@5', parts())).toEqual([])

  const [one = 0, two = 0] = [
    await record(event(10, 'https://a.example/1.js', 50, 'shop@6')),
    await record(event(11, 'https://a.example/2.js', 50, 'shop@6')),
  ]
  await issueLife.merge('shop', (await issue(one))?.id ?? '', [(await issue(two))?.id ?? ''], who)
  sources[50] = 'apps/web/src/cart.ts'
  expect(await applyLateMaps('shop@6', parts())).toEqual([])
  expect(await issue(two)).toMatchObject({ number: one, parts: 2 })
  sources[50] = 'apps/web/src/receipt.ts'
  expect(await applyLateMaps('shop@6', parts())).toEqual([one])
  expect(await record(await mapped(event(12, 'https://a.example/1.js', 50, 'shop@6')))).toBe(one)
})

test('one minified frame that was several faults stays as it is', async () => {
  const first = await record(event(5, 'https://shop.example/assets/c-3.js', 30, 'shop@3'))
  const second = await record(event(6, 'https://shop.example/assets/c-3.js', 31, 'shop@3'))
  Object.assign(sources, { 30: 'apps/web/src/pay.ts', 31: 'apps/web/src/ship.ts' })
  expect(second).toBe(first)
  expect(await applyLateMaps('shop@3', parts())).toEqual([])
})
