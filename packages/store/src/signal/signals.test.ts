import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../database/database.ts'
import type { Database } from '../database/opened-database.ts'
import { embeddedDatabase } from '../testing/embedded-database.ts'
import { type RealPostgres, realPostgres } from '../testing/real-postgres.ts'
import { openSignals } from './signals.ts'

let postgres: RealPostgres
const open: Database[] = []
let url = ''
beforeAll(async () => {
  postgres = await realPostgres(process.env.DATABASE_URL_TEST)
  url = await postgres.createDatabase()
})
afterAll(async () => {
  await Promise.all(open.map(database => database.close()))
  await postgres.stop()
})

async function aProcess() {
  const database = await openDatabase({ kind: 'postgres', url })
  open.push(database)
  const heard: string[] = []
  const told = { gaps: 0, errors: [] as unknown[] }
  const signals = await openSignals(database, {
    hear: text => heard.push(text),
    onGap: () => void told.gaps++,
    onError: cause => told.errors.push(cause),
  })
  return { database, heard, told, signals }
}

const until = async (isSo: () => boolean) => {
  for (let waitedMs = 0; !isSo(); waitedMs += 10) {
    if (waitedMs > 30_000) throw new Error('it did not come to that')
    await sleep(10)
  }
}

test('every process hears what any of them sends, in order, whatever is in it; and after a cut that it missed some', async () => {
  const [a, b] = [await aProcess(), await aProcess()]
  const texts = ['first', "it's {\"quoted\", 'twice'} \\ and ä", '', ...Array.from({ length: 200 }, (_, i) => `${i}`)]
  for (const text of texts) expect(a.signals.send(text)).toBe(true)
  await until(() => [a, b].every(({ heard }) => heard.length === texts.length))
  expect(b.heard).toEqual(texts)
  expect(a.heard).toEqual(texts)

  await a.database.exec(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`,
  )
  await until(() => a.told.gaps === 1 && b.told.gaps === 1)
  b.signals.send('after the cut')
  await until(() => a.heard.at(-1) === 'after the cut')

  b.signals.send('the last words of one that stops')
  await b.signals.stop()
  await until(() => a.heard.at(-1) === 'the last words of one that stops')
  await a.signals.stop()
  expect([...a.told.errors, ...b.told.errors]).toEqual([])
  expect(b.told.gaps).toBe(1)
})

test('what is longer than Postgres takes is not sent, and said to be', async () => {
  const { signals } = await aProcess()
  expect(signals.send('ä'.repeat(4_000))).toBe(false)
  expect(signals.send('ä'.repeat(3_900))).toBe(true)
  await signals.stop()
})

test('the embedded database has one process, and nobody else to tell', async () => {
  const database = await embeddedDatabase()
  const signals = await openSignals(database, { hear: () => {}, onGap: () => {}, onError: () => {} })
  expect(signals.send('x')).toBe(true)
  await signals.stop()
  await database.close()
})
