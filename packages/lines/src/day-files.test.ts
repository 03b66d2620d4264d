import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { goingDays, type NewLine, readLineQuery, type ServiceLine } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DayFiles, openDayFiles } from './day-files.ts'
import { lineRules } from './testing/index.ts'

let dir = ''
let lines: DayFiles
const opened = () => openDayFiles({ dir, folderOf: project => join(dir, project), now: () => new Date() })
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-lines-'))
  lines = opened()
})
afterAll(async () => {
  await lines.close()
  await rm(dir, { recursive: true, force: true })
})

const at = (day: number, ms = 0) => new Date(Date.UTC(2026, 2, day, 12) + ms).toISOString()
const line = (project: string, message: string, change: Partial<NewLine> = {}): NewLine => ({
  ...{ project, environment: 'production', release: null, service: 'web', at: at(1), level: 'info' },
  ...{ message, trace: null, fields: {} },
  ...change,
})
/** Also where the machine is so slow that one search comes to an end before it is through. */
async function everyLine(project: string, query = ''): Promise<ServiceLine[]> {
  const found: ServiceLine[] = []
  let before: string | null | undefined
  do {
    const term = readLineQuery(query)
    const page = await lines.search(project, { term, limit: 10_000, ...(before && { before }) })
    found.unshift(...page.lines)
    before = page.searchedBackTo
  } while (before)
  return found
}
const messages = async (project: string, query = '') => (await everyLine(project, query)).map(({ message }) => message)

for (const [index, [title, rule]] of Object.entries(lineRules).entries())
  test(title, () => rule(lines, `rule-${index}`))

test('what was acknowledged is there after a kill -9, once, and the next process goes on', async () => {
  const program = resolve(import.meta.dirname, 'testing/write-until-killed.ts')
  const child = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = 0
  for await (const said of createInterface(child.stdout)) {
    last = Number(said)
    if (last === 50) child.kill('SIGKILL')
  }
  expect(last).toBeGreaterThanOrEqual(50)
  const found = await messages('crash')
  // One more may have been written, whose acknowledgement was on its way.
  expect(found.slice(0, last)).toEqual(Array.from({ length: last }, (_, index) => `n${index + 1}`))
  expect(found.length).toBeLessThanOrEqual(last + 1)
  await lines.append([line('crash', 'after', { at: new Date().toISOString() })])
  expect((await messages('crash')).at(-1)).toBe('after')
})

test('appends that come together are all there, of many projects and days', async () => {
  await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      lines.append([
        line(`many-${index % 3}`, `a${index}`, { at: at(1 + (index % 5), index) }),
        line(`many-${index % 3}`, `b${index}`, { at: at(1 + (index % 2), index) }),
      ]),
    ),
  )
  const found = [await messages('many-0'), await messages('many-1'), await messages('many-2')]
  expect(new Set(found.flat()).size).toBe(600)
  expect(await readdir(join(dir, 'many-0'))).toEqual(expect.arrayContaining(['2026-03-01.db', '2026-03-05.db']))
})

test('the oldest days go when there is too much, and the last one stays whatever it takes', async () => {
  for (const day of [1, 2, 3]) await lines.append([line('size', `d${day}`, { at: at(day) })])
  const kept = await lines.kept('size')
  expect(kept.map(({ day, lines: count }) => [day, count])).toEqual([
    ['2026-03-01', 1],
    ['2026-03-02', 1],
    ['2026-03-03', 1],
  ])
  const two = kept.slice(1).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  const since = '2026-01-01T00:00:00.000Z'
  const forget = async (bytes: number) => lines.forget('size', goingDays(await lines.kept('size'), { since, bytes }))
  expect(await forget(two)).toEqual(kept.slice(0, 1))
  expect(await messages('size')).toEqual(['d2', 'd3'])
  expect(await forget(1)).toEqual(kept.slice(1, 2))
  expect(await messages('size')).toEqual(['d3'])
  expect(existsSync(join(dir, 'size', '2026-03-01.db'))).toBe(false)
})

test('lines that are moved here twice are there once, though the second time was cut off elsewhere', async () => {
  const moved = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => {
      const number = to - 1 - index
      const formerId = `L${String(number).padStart(4, '0')}`
      return { formerId, line: line('moved', `m${number}`, { at: at(1 + (number >= 50 ? 1 : 0), number) }) }
    })
  await lines.moveIn('moved', moved(60, 80))
  await lines.moveIn('moved', moved(40, 60).slice(0, 10))
  // Cut off before they were removed where they came from: all of them come again.
  await lines.moveIn('moved', moved(40, 60))
  await lines.moveIn('moved', moved(40, 60))
  expect(await messages('moved')).toEqual(Array.from({ length: 40 }, (_, index) => `m${index + 40}`))
})

test('a line that comes to where lines are moved from, after they were moved, is moved as well', async () => {
  const moved = (...numbers: number[]) =>
    numbers.map(number => ({
      formerId: `L${1_000 + number}`,
      line: line('later', `m${number}`, { at: at(1, number) }),
    }))
  await lines.moveIn('later', moved(3, 2))
  await lines.moveIn('later', moved(1))
  // A server beside this one wrote more, of the same day; and again before those were removed, so that fewer old ones come.
  await lines.moveIn('later', moved(6, 5, 4))
  await lines.moveIn('later', moved(7, 6, 5))
  await lines.moveIn('later', moved(5, 4))
  await lines.moveIn('later', moved(4))
  expect(await messages('later')).toEqual([1, 2, 3, 4, 5, 6, 7].map(number => `m${number}`))
})

test('a day whose file was begun when its writer was killed is empty, and keeps no other from being found', async () => {
  await lines.append([line('begun', 'here', { at: at(1) })])
  await writeFile(join(dir, 'begun', '2026-03-02.db'), '')
  // Its first page is written before its tables are.
  const page = new DatabaseSync(join(dir, 'begun', '2026-03-03.db'))
  page.exec('pragma journal_mode = wal')
  page.close()
  expect(await messages('begun')).toEqual(['here'])
  expect(await lines.histogram('begun', { term: null }, 60_000)).toMatchObject({ bars: [{ total: 1 }] })
  expect(await lines.facets('begun', { term: null })).toMatchObject({ lines: 1 })
  expect((await lines.kept('begun')).map(kept => kept.lines)).toEqual([1, 0, 0])
  await lines.append([line('begun', 'later', { at: at(3) })])
  expect(await messages('begun')).toEqual(['here', 'later'])
  await lines.forget('begun', goingDays(await lines.kept('begun'), { since: at(3), bytes: null }))
  expect((await lines.kept('begun')).map(kept => kept.day)).toEqual(['2026-03-03'])
})

test('thousands of lines in the last millisecond of a day all find a place in it, in any number of writes', async () => {
  const last = '2026-03-01T23:59:59.999Z'
  const many = Array.from({ length: 2_500 }, (_, index) => line('midnight', `m${index}`, { at: last }))
  await lines.append(many.slice(0, 1_500))
  await lines.append(many.slice(1_500))
  const reopened = opened()
  await reopened.append([line('midnight', 'one more', { at: last })])
  await reopened.close()
  const found = await everyLine('midnight')
  expect(new Set(found.map(({ message }) => message)).size).toBe(2_501)
  expect(new Set(found.map(each => each.at))).toEqual(new Set([last]))
})

test('more fields than are found by name are found by what they say', async () => {
  const fields = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`k${index}`, `v${index}`]))
  await lines.append([line('wide', 'wide', { fields }), line('wide', 'other', { fields: { k1: 'x' } })])
  for (const query of ['k1:v1', 'k1099:v1099', 'v5', 'v1098', 'k1098:v10*'])
    expect(await messages('wide', query)).toEqual(['wide'])
  expect(await messages('wide', 'k1099:v1')).toEqual([])
})

test('a word of thousands of letters is found, and told from one that begins alike', async () => {
  const long = 'a'.repeat(2_000)
  await lines.append([line('long', `${long}b`), line('long', `${long}c`)])
  expect(await messages('long', `${long}c`)).toEqual([`${long}c`])
})

test('a copy of a day is whole while it is written', async () => {
  await lines.append([line('copied', 'here')])
  const elsewhere = await mkdtemp(join(dir, 'copy-'))
  const writing = lines.append([line('copied', 'more')])
  await lines.copy('copied', '2026-03-01', join(elsewhere, '2026-03-01.db'))
  await writing
  const copied = openDayFiles({ dir, folderOf: () => elsewhere, now: () => new Date() })
  const found = await copied.search('copied', { term: readLineQuery('here') })
  await copied.close()
  expect(found.lines.map(({ message }) => message)).toEqual(['here'])
})

test('whoever follows lines is told of those that were written while a day beside them could not be', async () => {
  const now = new Date().toISOString()
  const { cursor: since } = await lines.search('followed', { term: null })
  await mkdir(join(dir, 'followed', '2020-01-01.db'), { recursive: true })
  const both = [line('followed', 'next', { at: now }), line('followed', 'nowhere', { at: '2020-01-01T12:00:00.000Z' })]
  await expect(lines.append(both)).rejects.toThrow('unable to open')
  const news = await lines.search('followed', { term: null, since })
  expect(news.lines.map(({ message }) => message)).toEqual(['next'])
})

test('what is asked of a store that was closed is refused', async () => {
  const closed = opened()
  await closed.close()
  await expect(closed.append([line('closed', 'x')])).rejects.toMatchObject({ code: 'LINES_UNREACHABLE' })
  await expect(closed.search('closed', { term: null })).rejects.toMatchObject({ code: 'LINES_UNREACHABLE' })
})
