import { expect, test } from 'vitest'
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
