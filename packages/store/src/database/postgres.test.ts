import { expect, test } from 'vitest'
import { realPostgres } from '../testing/real-postgres.ts'
import { openDatabase } from './database.ts'

test('says which server did not answer, and never the password', async () => {
  const opening = openDatabase({ kind: 'postgres', url: 'postgres://mira:secret@127.0.0.1:1/shop' })
  const error = await opening.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.stringContaining('127.0.0.1:1/shop') })
  expect(JSON.stringify(error)).not.toContain('secret')
  await expect(openDatabase({ kind: 'postgres', url: 'not a url' })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
  })
})

test('a connection that is cut while it is held, between two queries, fails its next query and nothing else', async () => {
  const postgres = await realPostgres(process.env.DATABASE_URL_TEST)
  const database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() })
  // Without a listener for it, the loss ends the process; Vitest reports it as an unhandled error and fails.
  const cut = database.session(async session => {
    const [[pid] = []] = (await session.query('select pg_backend_pid()', [])).rows
    await database.session(other => other.query('select pg_terminate_backend($1)', [pid ?? null]))
    await new Promise(done => setTimeout(done, 200))
    return session.query('select 1', [])
  })
  await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect((await database.session(session => session.query('select 1', []))).rows).toEqual([['1']])
  await database.close()
  await postgres.stop()
})
