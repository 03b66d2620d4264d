import type { LineQuery, ServiceLine } from '@gantry/core'
import { expect } from 'vitest'
import { forgetOld, maintain } from '../maintain/maintain.ts'
import type { Current, Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const line = (number: number, change: Partial<ServiceLine> = {}): ServiceLine => ({
  id: `L${String(number).padStart(4, '0')}`,
  project: 'shop',
  environment: 'production',
  release: 'r1',
  service: 'backend',
  at: at(number),
  level: 'info',
  message: `request ${number}`,
  fields: {},
  ...change,
})

const lines = [
  line(1, { level: 'debug', fields: { traceId: 'abc', nested: { list: [1, null] } } }),
  line(2, { level: 'error', message: '100%_done \\ "x"', service: 'builder', release: null }),
  line(3, { environment: 'staging', fields: { trace_id: 'abc' } }),
  line(4, { level: 'fatal', message: 'Timeout: cart', release: 'r2' }),
  line(5, { message: 'odd \0 \ud83d', fields: { 'k\0': '\ud800', trace_id: 7 } }),
  line(6, { project: 'blog' }),
]

const numbers = async ({ store }: Current, query: LineQuery) => {
  const { lines: found, hasMore } = await store.lines.search('shop', query)
  return { found: found.map(({ id }) => Number(id.slice(1))), hasMore }
}

const filters: [LineQuery, number[]][] = [
  [{ text: '%_DONE' }, [2]],
  [{ text: '\\' }, [2]],
  [{ text: 'timeout: C' }, [4]],
  [{ text: 'nothing like it' }, []],
  [{ service: 'builder' }, [2]],
  [{ environment: 'staging' }, [3]],
  [{ release: 'r2' }, [4]],
  [{ level: 'error' }, [2, 4]],
  [{ level: 'trace' }, [1, 2, 3, 4, 5]],
  [{ traceId: 'abc' }, [1, 3]],
  [{ from: at(2), to: at(4) }, [2, 3]],
  [{ text: 'request', environment: 'production', level: 'debug' }, [1]],
]

export const lineRules: Rules = {
  'answers the newest lines oldest first, and whether there are more': async current => {
    await current.store.lines.append(lines)
    expect(await numbers(current, {})).toEqual({ found: [1, 2, 3, 4, 5], hasMore: false })
    expect(await numbers(current, { limit: 2 })).toEqual({ found: [4, 5], hasMore: true })
    expect(await numbers(current, { limit: 2, before: 'L0004' })).toEqual({ found: [2, 3], hasMore: true })
    expect(await numbers(current, { after: 'L0003' })).toEqual({ found: [4, 5], hasMore: false })
  },

  'answers a line exactly as it was written': async current => {
    const { lines: found } = await current.store.lines.search('shop', { before: 'L0003' })
    expect(found).toEqual(lines.slice(0, 2))
  },

  'finds lines by every filter, alone and together': async current => {
    for (const [query, found] of filters)
      expect((await numbers(current, query)).found, JSON.stringify(query)).toEqual(found)
  },

  'ignores a line it has, and stores what no text column takes': async current => {
    await current.store.lines.append([line(5, { message: 'again' })])
    await current.store.lines.append([])
    const { lines: found } = await current.store.lines.search('shop', { after: 'L0004' })
    expect(found).toEqual([line(5, { message: 'odd \uFFFD \uFFFD', fields: { 'k\uFFFD': '\uFFFD', trace_id: 7 } })])
  },

  'counts lines and errors per bucket': async current => {
    expect(await current.store.lines.histogram('shop', {}, 2000)).toEqual([
      { at: at(0), total: 1, errors: 0 },
      { at: at(2), total: 2, errors: 1 },
      { at: at(4), total: 2, errors: 1 },
    ])
    expect(await current.store.lines.histogram('shop', { level: 'error' }, 60_000)).toEqual([
      { at: at(0), total: 2, errors: 2 },
    ])
    // Of all that is searched, not of the page that is asked for.
    for (const page of [{ after: 'L0004' }, { before: 'L0002' }])
      expect(await current.store.lines.histogram('shop', { level: 'error', ...page }, 60_000)).toEqual([
        { at: at(0), total: 2, errors: 2 },
      ])
  },

  'forgets lines that are too old, and nothing else': async current => {
    const old = Array.from({ length: 20 }, (_, index) => line(index + 100, { project: 'old', at: at(index) }))
    await current.store.lines.append(old)
    await maintain(current.database, at(0))
    expect((await current.store.lines.search('old', {})).lines).toHaveLength(20)
    await forgetOld(current.database, 'elsewhere', { lines: at(9) })
    await forgetOld(current.database, 'old', { lines: at(3) })
    expect((await current.store.lines.search('old', {})).lines.map(({ at: instant }) => instant)[0]).toBe(at(3))
    // As old, and of another project.
    expect((await numbers(current, {})).found).toEqual([1, 2, 3, 4, 5])
  },
}
