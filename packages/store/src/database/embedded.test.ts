import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { storeOn } from '../store.ts'
import { embeddedDatabase, templateDir } from '../testing/embedded-database.ts'
import { openDatabase } from './database.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-embedded-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('has every row it acknowledged after kill -9, and opens again at once', async () => {
  const acknowledged = await untilKilled(join(dir, 'data'))
  expect(acknowledged).toBeGreaterThan(20)
  expect(existsSync(join(dir, 'data/postmaster.pid'))).toBe(true)

  const database = await openDatabase({ kind: 'embedded', dir: join(dir, 'data') })
  const rows = await storeOn(database).ledger.list('crash', { limit: 100_000 })
  expect(rows.length).toBeGreaterThanOrEqual(acknowledged)
  expect(await storeOn(database).ledger.verify('crash')).toEqual({ brokenAt: null, rows: rows.length })
  await database.close()
})

/** Kills a process while it writes, after it acknowledged a few rows; answers how many. */
function untilKilled(data: string): Promise<number> {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../testing/write-until-killed.ts'),
    data,
    templateDir,
  ])
  return new Promise((resolve, reject) => {
    let last = 0
    let said = ''
    child.stdout.on('data', chunk => {
      last = Number(String(chunk).trim().split('\n').at(-1))
      if (last > 20) child.kill('SIGKILL')
    })
    child.stderr.on('data', chunk => {
      said += chunk
    })
    child.once('exit', (_code, signal) => (signal === 'SIGKILL' ? resolve(last) : reject(new Error(said))))
  })
}

test('does not hold up the thread that asked while a query runs', async () => {
  const database = await embeddedDatabase()
  let ticks = 0
  const clock = setInterval(() => ticks++, 10)
  await database.exec('select count(*) from generate_series(1, 1000000)')
  clearInterval(clock)
  expect(ticks).toBeGreaterThan(5)
  await database.close()
})

test('starts anew after a first boot that was interrupted, and keeps what was there aside', async () => {
  await mkdir(join(dir, 'half'))
  await writeFile(join(dir, 'half/PG_VERSION'), '18')
  const database = await openDatabase({ kind: 'embedded', dir: join(dir, 'half'), templateDir })
  await storeOn(database).ping()
  await database.close()
  expect(await readdir(join(dir, 'half.unfinished'))).toEqual(['PG_VERSION'])
})

test('says so when the folder cannot be a database', async () => {
  await expect(openDatabase({ kind: 'embedded', dir: '/dev/null/nowhere' })).rejects.toMatchObject({
    code: 'HOME_UNWRITABLE',
  })
})

test('lets the process end when nobody waits for an answer', async () => {
  const script = `
    import { openDatabase } from '${join(import.meta.dirname, 'database.ts')}'
    await openDatabase({ kind: 'embedded', dir: '${join(dir, 'a')}', templateDir: '${templateDir}' })
    console.log('opened')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await new Promise(resolve => child.once('exit', resolve))).toBe(0)
})
