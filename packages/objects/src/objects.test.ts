import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeptObject, Objects } from '@gantry/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openObjects } from './open-objects.ts'
import { s3Address } from './s3-address.ts'
import { s3Objects } from './s3-objects.ts'
import { type S3Server, startS3Server } from './testing/s3-server.ts'

let dir: string
let s3: S3Server
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-objects-'))
  s3 = await startS3Server()
})
afterAll(async () => {
  await s3.stop()
  await rm(dir, { recursive: true, force: true })
})

async function* chunks(...texts: (string | Buffer)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function textOf(objects: Objects, key: string): Promise<string | null> {
  const bytes = await objects.get(key)
  if (bytes === null) return null
  const got: Uint8Array[] = []
  for await (const chunk of bytes) got.push(chunk)
  return Buffer.concat(got).toString()
}

async function listed(objects: Objects, folder: string): Promise<KeptObject[]> {
  const found: KeptObject[] = []
  for await (const kept of objects.list(folder)) found.push(kept)
  return found
}

const partBytes = 64 * 1024
const bucket = (address: string) => s3Objects(s3Address(address, s3.env), { partBytes, pageKeys: 3 })

const places = {
  'in a folder': () => openObjects(null, dir, {}),
  'in an S3 bucket': () => bucket(s3.address),
  'in a folder of an S3 bucket': () => bucket(s3.address.replace('gantry?', 'gantry/team-a?')),
}

describe.each(Object.entries(places))('%s', (_place, open) => {
  let objects: Objects
  beforeAll(async () => {
    objects = await open()
  })

  test('gives back what was put, replaces it, and answers null for what was never there or went', async () => {
    expect(await objects.get('a/one')).toBeNull()
    expect(await objects.has('a/one')).toBe(false)
    expect(await objects.put('a/one', chunks('first ', 'half'))).toEqual({ bytes: 10 })
    expect(await textOf(objects, 'a/one')).toBe('first half')
    await objects.put('a/one', chunks('second'))
    expect(await textOf(objects, 'a/one')).toBe('second')
    expect(await objects.has('a/one')).toBe(true)
    await objects.remove('a/one')
    await objects.remove('a/one')
    expect(await objects.get('a/one')).toBeNull()
  })

  test('keeps nothing, and what was there before, of bytes that end with an error', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(3 * partBytes)
      throw new Error('the digest is another')
    }
    await objects.put('b/one', chunks('before'))
    await expect(objects.put('b/one', cut())).rejects.toThrow('the digest is another')
    await expect(objects.put('b/two', cut())).rejects.toThrow('the digest is another')
    expect(await textOf(objects, 'b/one')).toBe('before')
    expect((await listed(objects, 'b')).map(({ key }) => key)).toEqual(['b/one'])
  })

  test('keeps an empty object, one of whole parts and one that ends within a part', async () => {
    const sizes = [0, partBytes, 2 * partBytes, 3 * partBytes + 1]
    for (const bytes of sizes) {
      const content = Buffer.alloc(bytes, 'x')
      expect(await objects.put(`c/${bytes}`, chunks(content))).toEqual({ bytes })
      const hash = createHash('sha256')
      for await (const chunk of (await objects.get(`c/${bytes}`)) ?? []) hash.update(chunk)
      expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    }
    expect((await listed(objects, 'c')).map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual(sizes)
  })

  test('lists what lies below a folder, however deep, and nothing beside it', async () => {
    const keys = ['d/0/deep/er', 'd/1', 'd/2', 'd/3', 'd/4', 'd/5', 'd/a-b', 'd/a.b']
    for (const key of [...keys, 'dd/other', 'f/other']) await objects.put(key, chunks(key))
    const found = await listed(objects, 'd')
    expect(found.map(({ key }) => key).toSorted()).toEqual(keys)
    expect(Math.abs(Date.parse(found[0]?.keptAt ?? '') - Date.now())).toBeLessThan(60_000)
    expect(await listed(objects, 'nothing-here')).toEqual([])
  })

  test.each(['', '/a', 'a/', '../a', 'a/../b', 'a//b', '.hidden', 'a/.b', 'a b', 'a\\b', 'ä', 'a'.repeat(513)])(
    'refuses the key %o',
    async key => {
      await expect(async () => objects.put(key, chunks('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
      await expect(async () => objects.get(key)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )
})

test('what a killed upload left in a folder is listed nowhere, and goes when it is old', async () => {
  const objects = await openObjects(null, dir, {})
  await objects.put('e/whole', chunks('x'))
  await writeFile(join(dir, 'e', '.1-2.part'), 'half')
  expect(await listed(objects, 'e')).toHaveLength(1)
  await objects.removeUnfinished('e', new Date(Date.now() - 60_000).toISOString())
  expect(await readdir(join(dir, 'e'))).toHaveLength(2)
  await utimes(join(dir, 'e', '.1-2.part'), 1, 1)
  await objects.removeUnfinished('e', new Date(Date.now() - 60_000).toISOString())
  expect(await readdir(join(dir, 'e'))).toEqual(['whole'])
})

test('a bucket is opened by its address alone, and one that is not there, refuses or does not answer is named when it is opened', async () => {
  expect(await (await openObjects(s3.address, dir, s3.env)).has('f/x')).toBe(false)
  const missing = openObjects(s3.address.replace('gantry', 'elsewhere'), dir, s3.env)
  await expect(missing).rejects.toMatchObject({ code: 'OBJECTS_UNREACHABLE', message: /elsewhere/ })
  const refused = openObjects(s3.address, dir, { ...s3.env, AWS_SECRET_ACCESS_KEY: 'wrong' })
  await expect(refused).rejects.toMatchObject({ code: 'OBJECTS_UNREACHABLE' })
  const silent = openObjects('s3://gantry?endpoint=http://127.0.0.1:1', dir, s3.env)
  await expect(silent).rejects.toMatchObject({ code: 'OBJECTS_UNREACHABLE' })
})
