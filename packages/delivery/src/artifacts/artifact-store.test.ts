import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keptFiles } from '../testing/kept-files.ts'
import { folderOf } from '../testing/tiny-product.ts'
import { artifactStore } from './artifact-store.ts'
import { packArtifact } from './pack-artifact.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-artifacts-'))
})
afterAll(() => rm(root, { recursive: true }))

const store = () => artifactStore(keptFiles(root))

describe('packing', () => {
  test('the same content gives the same bytes, whenever and wherever it was written', async () => {
    const files = { 'b.txt': 'b', 'a/deep/x.js': 'x', 'a.txt': 'a' }
    const [one, two] = [await folderOf(files), await folderOf(Object.fromEntries(Object.entries(files).toReversed()))]
    await utimes(join(two, 'a.txt'), 1, 1)
    await using first = await packArtifact(one)
    await using second = await packArtifact(two)
    expect(second.digest).toBe(first.digest)
    expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    await writeFile(join(two, 'a.txt'), 'changed')
    await using third = await packArtifact(two)
    expect(third.digest).not.toBe(first.digest)
  })

  test('refuses a folder that is missing, empty, or has links that lead outside', async () => {
    await expect(packArtifact(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'RELEASE_ARTIFACT_MISSING' })
    await expect(packArtifact(await folderOf({}))).rejects.toThrow(/is empty/)
    const dir = await folderOf({ 'a.txt': 'a' })
    await symlink('/etc/passwd', join(dir, 'secret'))
    await expect(packArtifact(dir)).rejects.toThrow(/secret is a link that leads outside/)
  })
})

describe('the store', () => {
  test('gives back what was put, links inside included', async () => {
    const dir = await folderOf({ 'index.html': 'hello', 'deep/er/file.js': 'x' })
    await symlink('deep/er/file.js', join(dir, 'link.js'))
    await using packed = await packArtifact(dir)
    const kept = store()
    expect(await kept.has(packed.digest)).toBe(false)
    expect(await kept.put(packed.open(), packed.digest)).toEqual({ digest: packed.digest, bytes: packed.bytes })
    await kept.put(packed.open(), packed.digest)
    expect(await kept.has(packed.digest)).toBe(true)
    const destination = join(root, 'unpacked')
    await kept.unpack(packed.digest, destination)
    await kept.unpack(packed.digest, destination)
    expect(await readFile(join(destination, 'deep/er/file.js'), 'utf8')).toBe('x')
    expect(await readFile(join(destination, 'link.js'), 'utf8')).toBe('x')
  })

  test('keeps nothing of bytes that are not what they were said to be', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    await expect(store().put(Readable.from([Buffer.from('other')]), digest)).rejects.toThrow(
      /expected sha256:000.* the bytes have sha256:/,
    )
    expect(await store().has(digest)).toBe(false)
    await expect(store().unpack(digest, join(root, 'x'))).rejects.toMatchObject({ code: 'RELEASE_ARTIFACT_MISSING' })
    await expect(store().has('../../etc/passwd')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('notices a file that changed on disk, and leaves no half folder', async () => {
    await using packed = await packArtifact(await folderOf({ 'a.txt': 'a' }))
    const kept = store()
    await kept.put(packed.open(), packed.digest)
    const hex = packed.digest.slice(7)
    const path = join(root, 'artifacts', hex.slice(0, 2), `${hex}.tar.gz`)
    await using other = await packArtifact(await folderOf({ 'a.txt': 'b' }))
    await writeFile(path, Buffer.concat(await other.open().toArray()))
    await expect(kept.unpack(packed.digest, join(root, 'rotten'))).rejects.toThrow(/expected sha256/)
    expect((await readdir(root)).filter(name => name.startsWith('rotten'))).toEqual([])
  })
})

interface Entry {
  path: string
  type: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice'
  linkpath?: string
}
const link = (path: string, linkpath: string): Entry => ({ path, type: 'SymbolicLink', linkpath })
const tarOf = (...entries: Entry[]) => {
  const blocks = entries.map(entry => {
    const block = Buffer.alloc(512)
    new Header({ mode: 0o644, size: 0, mtime: new Date(0), ...entry }).encode(block)
    return block
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]))
}
const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

describe('links that lead through others', () => {
  test.each([
    ['two that climb together', [link('d1/d2/L', '../..'), link('esc', 'd1/d2/L/..')]],
    ['three', [link('a', '.'), link('b', 'a/a/a'), link('c', 'b/..')]],
    ['one that leads to itself', [link('a', 'b'), link('b', 'a')]],
    ['a file behind one', [link('a', 'b'), { path: 'a/file', type: 'File' as const }]],
    ['a link behind one', [link('d', '.'), link('d/e', 'x')]],
  ])('are refused when they end outside or nowhere: %s', async (_, entries) => {
    const bytes = tarOf(...entries)
    const kept = store()
    await kept.put(Readable.from([bytes]), digestOf(bytes))
    await expect(kept.unpack(digestOf(bytes), join(root, 'chain'))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('are unpacked when they end inside, as those of node_modules do', async () => {
    const file = { path: 'node_modules/.pnpm/x@1/x/bin.js', type: 'File' as const }
    const bytes = tarOf(link('node_modules/.bin/x', '../x/bin.js'), file, link('node_modules/x', '.pnpm/x@1/x'))
    const kept = store()
    await kept.put(Readable.from([bytes]), digestOf(bytes))
    await kept.unpack(digestOf(bytes), join(root, 'modules'))
    expect(await readFile(join(root, 'modules/node_modules/.bin/x'), 'utf8')).toBe('')
  })

  test('are not packed when they end outside', async () => {
    const dir = await folderOf({ 'd1/d2/a.txt': 'a' })
    await symlink('../..', join(dir, 'd1/d2/L'))
    await symlink('d1/d2/L/..', join(dir, 'esc'))
    await expect(packArtifact(dir)).rejects.toThrow(/esc is a link that leads outside/)
  })
})

describe('unpacking refuses', () => {
  test.each([
    ['a path that climbs out', { path: '../escaped', type: 'File' as const }],
    ['a path hidden in the middle', { path: 'a/../../escaped', type: 'File' as const }],
    ['an absolute path', { path: '/tmp/escaped', type: 'File' as const }],
    ['a link that climbs out', { path: 'a/link', type: 'SymbolicLink' as const, linkpath: '../../escaped' }],
    ['an absolute link', { path: 'link', type: 'SymbolicLink' as const, linkpath: '/etc/passwd' }],
    ['a hard link', { path: 'link', type: 'Link' as const, linkpath: 'a' }],
    ['a device', { path: 'device', type: 'CharacterDevice' as const }],
  ])('%s', async (_, entry) => {
    const bytes = tarOf(entry)
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const kept = store()
    await kept.put(Readable.from([bytes]), digest)
    const destination = join(root, 'trap', 'inner')
    await expect(kept.unpack(digest, destination)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(await readdir(join(root, 'trap')).catch(() => [])).toEqual([])
    expect(await readdir(root)).not.toContain('escaped')
  })
})
