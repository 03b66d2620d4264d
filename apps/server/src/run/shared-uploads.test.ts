import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openObjects } from '@gantry/objects'
import { artifactNames, runArtifacts, storeFolder } from '@gantry/runner'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sharedUploads } from './shared-uploads.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-uploads-'))
  await mkdir(join(dir, 'objects'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function machine(name: string) {
  const folder = join(dir, name)
  const objects = await openObjects(join(dir, 'objects'), dir, {})
  const uploads = sharedUploads({ project: 'shop', objects, folder })
  return {
    uploads,
    names: (run: string) => artifactNames(runArtifacts(folder, run)),
    read: (run: string, file: string) => readFile(join(runArtifacts(folder, run), file), 'utf8'),
    async store(run: string, artifact: string, words: string) {
      const root = join(dir, `${name}-root`)
      await mkdir(join(root, 'deep'), { recursive: true })
      await writeFile(join(root, 'deep/page.html'), words)
      await mkdir(runArtifacts(folder, run), { recursive: true })
      await storeFolder(runArtifacts(folder, run), { name: artifact, attempt: 1, root })
    },
  }
}

test('what a run uploaded at one machine is found at another, whatever its name, and is replaced there too', async () => {
  const [a, b] = [await machine('a'), await machine('b')]
  const name = 'Report & “pages” (1)'
  await a.store('r1', name, 'one')
  await a.uploads.keep('r1', name)
  await b.uploads.fetch('r1')
  expect(await b.names('r1')).toEqual([name])
  expect(await b.read('r1', `${name}/deep/page.html`)).toBe('one')
  await a.store('r1', name, 'two')
  await a.uploads.keep('r1', name)
  await b.uploads.fetch('r1')
  expect(await b.read('r1', `${name}/deep/page.html`)).toBe('two')
  expect(await b.uploads.runs()).toEqual(['r1'])
  await b.uploads.fetch('unknown')
  expect(await b.names('unknown')).toEqual([])
})

test('what only one machine has is given to all, and goes for all when it is old and no run needs it', async () => {
  const [a, b] = [await machine('a'), await machine('b')]
  await a.store('old', 'x', '1')
  await a.store('needed', 'x', '2')
  await a.uploads.publish()
  await b.uploads.fetch('old')
  expect(await b.names('old')).toEqual(['x'])
  await a.uploads.removeBefore(Date.now() + 60_000, run => run === 'needed')
  expect(await b.uploads.runs()).toEqual(['needed'])
  await a.uploads.removeBefore(0, () => false)
  expect(await b.uploads.runs()).toEqual(['needed'])
})
