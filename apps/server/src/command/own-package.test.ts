import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { extract, list } from 'tar'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiOf } from '../http/route.ts'
import { commandRoutes } from '../http/routes/command.ts'
import { ownPackage } from './own-package.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-own-package-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function published(files: Record<string, string>): Promise<string> {
  const folder = join(dir, 'published')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

test('the archive holds the package as npm wants it, without what npm installed beside it', async () => {
  const folder = await published({
    'package.json': '{"name":"gantry"}',
    'main.mjs': 'run()',
    'sample/gitignore': 'dist',
    'node_modules/pg/index.js': '',
    'sample/node_modules/left.js': '',
  })
  const path = await ownPackage(join(dir, 'command'), async () => folder)()
  const names: string[] = []
  await list({ file: path, onReadEntry: entry => void (entry.type === 'File' && names.push(entry.path)) })
  expect(names.toSorted()).toEqual(['package/main.mjs', 'package/package.json', 'package/sample/gitignore'])
})

test('it is packed once for all who ask, and again after a failure', async () => {
  const folder = await published({ 'package.json': '{}' })
  let asked = 0
  const pack = ownPackage(join(dir, 'command'), async () => {
    asked += 1
    if (asked === 1) throw new Error('no space')
    return folder
  })
  await expect(pack()).rejects.toThrow('no space')
  const paths = await Promise.all([pack(), pack()])
  expect([new Set(paths).size, asked]).toEqual([1, 2])
})

test('the server answers it to anybody under the address that workflows install from', async () => {
  const folder = await published({ 'package.json': '{"version":"1.2.3"}' })
  const app = Fastify()
  commandRoutes(
    apiOf(app as unknown as FastifyInstance),
    ownPackage(join(dir, 'command'), async () => folder),
  )
  const answer = await app.inject('/gantry.tgz')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/gzip'])
  await writeFile(join(dir, 'fetched.tgz'), answer.rawPayload)
  await extract({ file: join(dir, 'fetched.tgz'), cwd: dir })
  expect(await readFile(join(dir, 'package/package.json'), 'utf8')).toBe('{"version":"1.2.3"}')
})
