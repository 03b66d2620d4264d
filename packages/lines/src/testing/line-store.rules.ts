import { goingDays, type LineRange, type LineStore, type NewLine, readLineQuery } from '@gantry/core'
import { expect } from 'vitest'

/** What the port promises, by title: every store is held to all of it. Each begins with a project of its own. */
export type LineRules = Record<string, (store: LineStore, project: string) => Promise<void>>

const at = (second: number, ms = 0) => new Date(Date.UTC(2026, 2, 1, 8, 0, second, ms)).toISOString()
const line = (project: string, second: number, change: Partial<NewLine> = {}): NewLine => ({
  project,
  environment: 'production',
  release: 'r1',
  service: 'backend',
  at: at(second),
  level: 'info',
  message: `request ${second}`,
  trace: null,
  fields: {},
  ...change,
})

const sample = (project: string): NewLine[] => [
  line(project, 1, { level: 'debug', trace: 'abc', fields: { nested: { list: [1, null, 'two words'] } } }),
  line(project, 2, { level: 'error', message: '100%_done \\ "x"', service: 'builder', release: null }),
  line(project, 3, { environment: 'staging', trace: 'ABC', fields: { status: 503, path: '/api/sites' } }),
  line(project, 4, { level: 'fatal', message: 'Timeout: cart of Zoë', release: 'r2', fields: { status: 200 } }),
  line(project, 5, { message: 'card declined for req-7f', fields: { orderId: 'ord-1_x', ms: 12.5 } }),
  line(project, 6, { message: 'declined card', fields: { orderId: 'ord_1-x', path: '/api/pages' } }),
  line(project, 7, { level: 'warn', service: 'builder', message: 'refunded, slowly', fields: { ms: 900 } }),
]

const seconds = (found: { at: string }[]) => found.map(({ at: instant }) => new Date(instant).getUTCSeconds())
const filled = async (store: LineStore, project: string) => {
  await store.append(sample(project))
  await store.append([line(`${project}-other`, 1, { message: 'request declined' })])
}

const queries: [string, number[]][] = [
  ['request', [1, 3]],
  ['REQUEST 3', [3]],
  ['"card declined"', [5]],
  ['card declined', [5, 6]],
  ['card -"card declined"', [6]],
  ['reques', []],
  ['refund*', [7]],
  ['*fund*', [7]],
  ['req-7f', [5]],
  ['zoë', [4]],
  ['"two words"', [1]],
  ['nothing_like_it', []],
  ['100%_done', [2]],
  ['service:builder', [2, 7]],
  ['-service:builder level:info', [3, 5, 6]],
  ['env:staging', [3]],
  ['release:r2', [4]],
  ['release:*', [1, 3, 4, 5, 6, 7]],
  ['level:>=error', [2, 4]],
  ['level:error', [2]],
  ['level:debug..warn service:builder', [7]],
  ['trace:abc', [1, 3]],
  ['status:503', [3]],
  ['status:(503 OR 200)', [3, 4]],
  ['status:500..599', [3]],
  ['status:>=200 -status:503', [4]],
  ['ms:>12.5', [7]],
  ['ms:12.5', [5]],
  ['orderId:ord-1_x', [5]],
  ['ord_1-x', [6]],
  ['ord_1_x', []],
  ['-ord_1_x level:info', [3, 5, 6]],
  ['path:/api/sites', [3]],
  ['path:/api/*', [3, 6]],
  ['sites', [3]],
  ['nested.list:1', [1]],
  ['status:*', [3, 4]],
  ['timeout OR refunded', [4, 7]],
  ['(timeout OR declined) -path:*', [4, 5]],
  ['message:timeout', [4]],
  ['message:%%', []],
  ['message:100%_done', [2]],
  ['message:"%"', [2]],
  ['time:>=2026-03-01T08:00:06Z', [6, 7]],
  ['-request -declined', [2, 4, 7]],
  ['', [1, 2, 3, 4, 5, 6, 7]],
]

export const lineRules: LineRules = {
  'answers the newest lines oldest first, and whether there are more': async (store, project) => {
    await filled(store, project)
    const all = await store.search(project, { term: null })
    expect(seconds(all.lines)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(all).toMatchObject({ hasMore: false, searchedBackTo: null })
    const two = await store.search(project, { term: null, limit: 2 })
    expect([seconds(two.lines), two.hasMore]).toEqual([[6, 7], true])
    const [sixth] = two.lines
    const before = await store.search(project, { term: null, limit: 2, before: sixth?.id ?? '' })
    expect([seconds(before.lines), before.hasMore]).toEqual([[4, 5], true])
    const behind = await store.search(project, { term: null, limit: 2, after: before.lines[0]?.id ?? '' })
    expect([seconds(behind.lines), behind.hasMore]).toEqual([[5, 6], true])
  },

  'answers a line exactly as it was written, and finds it by its id': async (store, project) => {
    await filled(store, project)
    const { lines } = await store.search(project, { term: null })
    expect(lines.map(({ id: _id, ...rest }) => rest)).toEqual(sample(project))
    expect(lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).toSorted())
    for (const each of lines) expect(await store.find(project, each.id)).toEqual(each)
    expect(await store.find(`${project}-other`, lines[2]?.id ?? '')).toBe(null)
    expect(await store.find(project, 'no id at all')).toBe(null)
  },

  'finds lines by whatever people type': async (store, project) => {
    await filled(store, project)
    for (const [query, wanted] of queries) {
      const { lines } = await store.search(project, { term: readLineQuery(query) })
      expect({ query, found: seconds(lines) }).toEqual({ query, found: wanted })
    }
  },

  'searches a time that begins with its first instant and ends before its last': async (store, project) => {
    await filled(store, project)
    const { lines } = await store.search(project, { term: null, from: at(2), to: at(4) })
    expect(seconds(lines)).toEqual([2, 3])
  },

  'keeps lines of one moment in the order they came, and all of them': async (store, project) => {
    const many = (from: number) =>
      Array.from({ length: 1_500 }, (_, index) => line(project, 9, { message: `n${from + index}` }))
    await store.append(many(0))
    await store.append(many(1_500))
    const { lines } = await store.search(project, { term: null, limit: 4_000 })
    expect(new Set(lines.map(({ id }) => id)).size).toBe(3_000)
    expect(lines.map(({ message }) => message)).toEqual(Array.from({ length: 3_000 }, (_, index) => `n${index}`))
    expect((await store.search(project, { term: readLineQuery('n2999') })).lines).toHaveLength(1)
  },

  'tells what came in since it was asked last, though its time is earlier': async (store, project) => {
    const now = Date.now()
    const soon = (message: string, ms: number) => line(project, 0, { message, at: new Date(now + ms).toISOString() })
    await store.append([soon('first', 0)])
    const { cursor } = await store.search(project, { term: null })
    await store.append([soon('late', -5_000), soon('next', 1_000)])
    const news = await store.search(project, { term: null, since: cursor })
    // A store that several servers write to may tell of what was just before again.
    expect(news.lines.map(({ message }) => message)).toEqual(expect.arrayContaining(['late', 'next']))
    const only = await store.search(project, { term: readLineQuery('late'), since: cursor })
    expect(only.lines.map(({ message }) => message)).toEqual(['late'])
  },

  'counts lines and errors by bar, as they are found': async (store, project) => {
    await filled(store, project)
    const counted = async (query: string, barMs: number, range: Omit<LineRange, 'term'> = {}) => {
      const { bars, countedFrom } = await store.histogram(project, { term: readLineQuery(query), ...range }, barMs)
      expect(countedFrom).toBe(null)
      return bars.map(bar => [new Date(bar.at).getUTCSeconds(), bar.total, bar.errors])
    }
    expect(await counted('', 2_000)).toEqual([
      [0, 1, 0],
      [2, 2, 1],
      [4, 2, 1],
      [6, 2, 0],
    ])
    expect(await counted('', 5_000, { from: at(2), to: at(7) })).toEqual([
      [0, 3, 2],
      [5, 2, 0],
    ])
    for (const barMs of [1_000, 5_000, 300_000])
      for (const [query, wanted] of queries) {
        const bars = await counted(query, barMs)
        expect({ query, total: bars.reduce((sum, [, total = 0]) => sum + total, 0) }).toEqual({
          query,
          total: wanted.length,
        })
      }
    expect(await counted('level:>=error', 60_000)).toEqual([[0, 2, 2]])
    expect(await counted('card', 60_000)).toEqual([[0, 2, 0]])
  },

  'says which values the found lines have, the most frequent first': async (store, project) => {
    await filled(store, project)
    const { facets, lines, isWhole } = await store.facets(project, { term: readLineQuery('-request') })
    expect([lines, isWhole]).toEqual([5, true])
    expect(facets.find(({ name }) => name === 'service')?.values).toEqual([
      { value: 'backend', count: 3 },
      { value: 'builder', count: 2 },
    ])
    expect(facets.find(({ name }) => name === 'level')?.values[0]).toEqual({ value: 'info', count: 2 })
  },

  'forgets the days that are too old, and nothing else': async (store, project) => {
    const day = (number: number) => new Date(Date.UTC(2026, 2, number, 12)).toISOString()
    await store.append([1, 2, 3].flatMap(number => [0, 1].map(() => line(project, 0, { at: day(number) }))))
    await store.append([line(`${project}-other`, 0, { at: day(1) })])
    expect((await store.kept(project)).map(kept => [kept.day, kept.lines])).toEqual([
      ['2026-03-01', 2],
      ['2026-03-02', 2],
      ['2026-03-03', 2],
    ])
    const forgetOld = async () =>
      store.forget(project, goingDays(await store.kept(project), { since: '2026-03-03T00:00:00.000Z', bytes: null }))
    const gone = await forgetOld()
    expect(gone.map(kept => [kept.day, kept.lines])).toEqual([
      ['2026-03-01', 2],
      ['2026-03-02', 2],
    ])
    expect((await store.search(project, { term: null })).lines.map(found => found.at)).toEqual([day(3), day(3)])
    expect((await store.search(`${project}-other`, { term: null })).lines).toHaveLength(1)
    const messages = async () => (await store.search(project, { term: null })).lines.map(({ message }) => message)
    await store.append([line(project, 0, { at: day(1), message: 'late' })])
    expect(await messages()).toEqual(['late', 'request 0', 'request 0'])
    // Nobody asks between the two.
    await forgetOld()
    await store.append([line(project, 0, { at: day(1), message: 'later' })])
    expect(await messages()).toEqual(['later', 'request 0', 'request 0'])
  },

  'leaves a day to which more lines came than are said to go': async (store, project) => {
    await store.append([line(project, 1), line(project, 2)])
    const kept = await store.kept(project)
    await store.append([line(project, 3), line(`${project}-other`, 4)])
    expect(await store.forget(project, kept)).toEqual([])
    expect(seconds((await store.search(project, { term: null })).lines)).toEqual([1, 2, 3])
    expect(await store.forget(project, await store.kept(project))).toMatchObject([{ day: '2026-03-01', lines: 3 }])
    expect(await store.kept(project)).toEqual([])
    expect((await store.search(`${project}-other`, { term: null })).lines).toHaveLength(1)
  },

  'knows nothing of a project that never wrote': async (store, project) => {
    expect((await store.search(project, { term: null })).lines).toEqual([])
    expect(await store.histogram(project, { term: null }, 60_000)).toEqual({ bars: [], countedFrom: null })
    expect(await store.facets(project, { term: null })).toEqual({ facets: [], lines: 0, isWhole: true })
    expect(await store.kept(project)).toEqual([])
    expect(await store.forget(project, [])).toEqual([])
    expect(await store.forget(project, [{ day: '2026-03-01', lines: 1, bytes: null }])).toEqual([])
    await store.append([])
  },
}
