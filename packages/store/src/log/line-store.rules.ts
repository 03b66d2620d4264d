import { randomUUID } from 'node:crypto'
import { lineRules } from '@gantry/lines/testing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'
import { formerLines } from './former-lines.ts'
import { lineStore } from './line-store.ts'

const at = new Date(Date.UTC(2026, 2, 1)).toISOString()
const line = (project: string, message: string) => ({
  ...{ project, environment: 'production', release: null, service: 'web', at, level: 'info' as const },
  ...{ message, trace: null, fields: {} },
})

/** The rules of every line store, and what holds for lines that leave the database for files. */
export const storedLineRules: Rules = {
  ...Object.fromEntries(
    Object.entries(lineRules).map(([title, rule]) => [
      title,
      ({ database }) => rule(lineStore(database), `p-${randomUUID()}`),
    ]),
  ),

  'hands lines over newest first, the same ones until they are removed': async ({ database }) => {
    const project = `p-${randomUUID()}`
    const lines = lineStore(database)
    const former = formerLines(database)
    await lines.append([line(project, 'one'), line(project, 'two')])
    await lines.append([line('elsewhere', 'three')])
    expect(await former.count()).toBeGreaterThanOrEqual(3)
    const newest = await former.newest(project)
    expect(newest.map(({ message }) => message)).toEqual(['two', 'one'])
    await former.remove(project, newest.slice(0, 1))
    expect((await former.newest(project)).map(({ message }) => message)).toEqual(['one'])
    await former.remove(project, newest)
    expect(await former.newest(project)).toEqual([])
  },

  'who follows asks again for what is being written, however long that takes': async ({ database }) => {
    // PGlite has one connection: nothing is written while somebody reads.
    if (database.kind === 'embedded') return
    const project = `p-${randomUUID()}`
    const clock = async () => {
      const now = sql<{ ms: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`
      return (await now.execute(database.kysely)).rows[0]?.ms ?? 0
    }
    const cursor = await database.transaction(async transaction => {
      await lineStore({ ...database, kysely: transaction }).append([
        { ...line(project, 'slow'), at: new Date().toISOString() },
      ])
      const writtenMs = await clock()
      while ((await clock()) < writtenMs + 20);
      const found = await lineStore(database).search(project, { term: null })
      expect(found.lines).toEqual([])
      expect(Number(found.cursor)).toBeLessThanOrEqual(writtenMs - 2_000)
      return found.cursor
    })
    const { lines } = await lineStore(database).search(project, { term: null, since: cursor })
    expect(lines.map(({ message }) => message)).toEqual(['slow'])
  },

  'keeps what no text column takes': async ({ database }) => {
    const project = `p-${randomUUID()}`
    const fields = { 'k\0': '\ud800', n: 7 }
    await lineStore(database).append([{ ...line(project, 'odd \0 \ud83d'), fields }])
    const { lines } = await lineStore(database).search(project, { term: null })
    expect(lines).toMatchObject([{ message: 'odd \uFFFD \uFFFD', fields: { 'k\uFFFD': '\uFFFD', n: 7 } }])
  },
}
