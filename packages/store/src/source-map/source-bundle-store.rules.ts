import type { SourceBundle } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (day: number) => `2026-11-0${day}T08:00:00.000Z`
const bundle = (id: string, over: Partial<SourceBundle> = {}): SourceBundle => ({
  ...{ id, project: 'shop', checksum: `sum ${id}`, release: 'shop@1', dist: null, bytes: 10, by: 'ci' },
  ...{ uploadedAt: at(1), usedAt: at(1) },
  ...over,
})
const map = (name: string, debugId: string | null = null) => ({
  ...{ entry: `files/${name}.map`, url: `~/${name}`, debugId },
})

export const sourceBundleRules: Rules = {
  'finds maps by debug id and by release, those of the newest bundle first': async ({ store: { sourceBundles } }) => {
    expect(await sourceBundles.add(bundle('1'), [map('a.js', 'd1'), map('b.js')])).toBe(true)
    const newer = bundle('2', { uploadedAt: at(2) })
    expect(await sourceBundles.add(newer, [map('a.js', 'd2'), map('c.js', 'd1')])).toBe(true)
    await sourceBundles.add(bundle('3', { release: null }), [map('d.js', 'd3')])
    const found = (maps: { bundle: string; url: string }[]) => maps.map(({ bundle: id, url }) => `${id} ${url}`)
    expect(found(await sourceBundles.byDebugIds('shop', ['d1', 'd3', 'none']))).toEqual([
      '2 ~/c.js',
      '1 ~/a.js',
      '3 ~/d.js',
    ])
    const ofRelease = await sourceBundles.ofRelease('shop', 'shop@1')
    expect(found(ofRelease).slice(0, 2).sort()).toEqual(['2 ~/a.js', '2 ~/c.js'])
    expect(found(ofRelease).slice(2).sort()).toEqual(['1 ~/a.js', '1 ~/b.js'])
    expect(await sourceBundles.bytesOf('shop')).toBe(30)
  },

  'keeps a bundle once for a release, and what is uploaded again counts as new': async ({
    store: { sourceBundles },
  }) => {
    const again = bundle('9', { checksum: 'sum 1', uploadedAt: at(3) })
    expect(await sourceBundles.add(again, [map('x.js', 'dx')])).toBe(false)
    expect(await sourceBundles.byDebugIds('shop', ['dx'])).toEqual([])
    expect((await sourceBundles.list('shop')).map(({ id, uploadedAt }) => `${id} ${uploadedAt}`)).toContain(
      `1 ${at(3)}`,
    )
    expect(await sourceBundles.add({ ...again, release: 'shop@2' }, [])).toBe(true)
    expect(await sourceBundles.touch('shop', again, at(5))).toBe(true)
    expect(await sourceBundles.touch('shop', { ...again, release: null }, at(5))).toBe(false)
    expect(await sourceBundles.touch('shop', { checksum: 'sum 3', release: null }, at(1))).toBe(true)
    await sourceBundles.used('shop', '2', at(6))
    const listed = (await sourceBundles.list('shop')).map(one => [one.id, one.uploadedAt, one.usedAt])
    expect(listed[0]).toEqual(['1', at(5), at(1)])
    expect(listed).toContainEqual(['2', at(2), at(6)])
  },

  'a bundle goes with its maps, unless it was uploaded or read meanwhile': async ({ store: { sourceBundles } }) => {
    expect(await sourceBundles.remove('shop', '1', at(5))).toBe(false)
    expect(await sourceBundles.remove('shop', '2', at(6))).toBe(false)
    expect(await sourceBundles.byDebugIds('shop', ['d1'])).toMatchObject([{ bundle: '1' }, { bundle: '2' }])
    expect(await sourceBundles.remove('shop', '1', at(6))).toBe(true)
    expect(await sourceBundles.byDebugIds('shop', ['d1'])).toMatchObject([{ bundle: '2' }])
  },
}
