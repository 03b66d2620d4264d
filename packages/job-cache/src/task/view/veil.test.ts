import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@gantry/runner/testing'
import { describe, expect, it } from 'vitest'
import type { Hidden } from './hidden.ts'
import { VeilPool } from './veil-pool.ts'
import { findViewer } from './viewer.ts'

const isTold = (await findViewer(tempFolder())) !== undefined

/** The same package in the checkout of a job. */
function packageIn(job: string, manifest = '{}'): Hidden {
  const folder = join(job, 'work/packages/a')
  mkdirSync(join(folder, 'src'), { recursive: true })
  for (const name of ['package.json', 'a.txt', 'src/b.txt']) writeFileSync(join(folder, name), manifest)
  return { folder, name: 'packages/a', withManifest: true }
}
const poolWith = () => {
  const folder = join(tempFolder(), 'veils')
  return { pool: new VeilPool(folder), made: () => readdirSync(folder).length }
}

describe.runIf(isTold)('the veils of a run', () => {
  it('are shared by its jobs while nobody touches them', () => {
    const { pool, made } = poolWith()
    const jobs = ['one', 'two', 'three'].map(name => packageIn(join(tempFolder(), name)))
    for (const hidden of jobs) {
      const veil = pool.take(hidden)
      expect(readdirSync(hidden.folder)).toEqual(['a.txt', 'package.json', 'src'])
      expect(readFileSync(join(veil.folder, 'package.json'), 'utf8')).toBe('{}')
      expect(veil.wasTouched()).toBe(false)
      pool.giveBack(hidden, veil)
    }
    expect(made()).toBe(1)
    const [first, second] = [pool.take(jobs[0] as Hidden), pool.take(jobs[1] as Hidden)]
    expect(first.folder).not.toBe(second.folder)
    expect(made()).toBe(2)
  })

  it('stand for a folder as it is now, not as that of another job was', () => {
    const { pool, made } = poolWith()
    const [one, two] = [packageIn(tempFolder()), packageIn(tempFolder(), '{"name":"b"}')]
    pool.giveBack(one, pool.take(one))
    const veil = pool.take(two)
    expect(readFileSync(join(veil.folder, 'package.json'), 'utf8')).toBe('{"name":"b"}')
    pool.giveBack(two, veil)
    writeFileSync(join(two.folder, 'more.txt'), '')
    expect(readdirSync(pool.take(two).folder)).toContain('more.txt')
    expect(made()).toBe(3)
  })

  it.each([
    ['going through a name', (folder: string) => () => readFileSync(join(folder, 'a.txt'))],
    ['going through another name', (folder: string) => () => readFileSync(join(folder, 'src/b.txt'))],
    ['listing it', (folder: string) => () => readdirSync(folder)],
    ['writing into it', (folder: string) => () => writeFileSync(join(folder, 'new'), '')],
    ['writing its manifest', (folder: string) => () => writeFileSync(join(folder, 'package.json'), '{ }')],
  ])('tell of %s', (_, look) => {
    const { pool } = poolWith()
    const veil = pool.take(packageIn(tempFolder()))
    expect(veil.wasTouched()).toBe(false)
    try {
      look(veil.folder)()
    } catch {
      // It leads nowhere.
    }
    expect(veil.wasTouched()).toBe(true)
  })
})
