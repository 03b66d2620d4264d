import type { Preview } from '@gantry/core'
import { previewEnvironment, previewRelease } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = '2026-03-01T08:00:00.000Z'
const sha = 'a'.repeat(40)
const preview = (number: number, changed: Partial<Preview> = {}): Preview => ({
  project: 'shop',
  number,
  environment: previewEnvironment(number),
  title: 'A faster checkout',
  branch: 'faster',
  author: 'mira',
  page: null,
  sha,
  state: 'making',
  deployment: null,
  left: [],
  because: null,
  createdAt: at,
  deployedAt: at,
  expiresAt: '2026-03-08T08:00:00.000Z',
  endedAt: null,
  version: 1,
  ...changed,
})

export const previewRules: Rules = {
  'keeps one preview for each pull request of a project': async ({ store: { previews } }) => {
    const both = [previews.add(preview(12)), previews.add(preview(12, { title: 'twice' }))]
    expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1)
    expect(await previews.add(preview(12, { project: 'blog' }))).toBe(true)
    expect(await previews.get('shop', 13)).toBeNull()
  },

  'a change names the version it saw, and of two only one is made': async ({ store: { previews } }) => {
    await previews.add(preview(12))
    const ready = await previews.update(preview(12, { state: 'ready' }))
    expect(ready).toMatchObject({ state: 'ready', version: 2 })
    await expect(previews.update(preview(12, { state: 'failed' }))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await previews.get('shop', 12)).toEqual(ready)
  },

  'lists those that are there, the newest first': async ({ store: { previews } }) => {
    const listed = (number: number, changed: Partial<Preview> = {}) =>
      preview(number, { project: 'listed', ...changed })
    await previews.add(listed(1, { state: 'removed' }))
    await previews.add(listed(2))
    await previews.add(listed(3, { createdAt: '2026-03-02T08:00:00.000Z' }))
    const numbers = async (filter: { open?: boolean; limit?: number }) =>
      (await previews.list('listed', filter)).map(({ number }) => number)
    expect(await numbers({})).toEqual([3, 2, 1])
    expect(await numbers({ open: true })).toEqual([3, 2])
    expect(await numbers({ limit: 1 })).toEqual([3])
    // The oldest of very many, which is the first to go, is looked at as well.
    for (let number = 4; number <= 103; number++)
      await previews.add(listed(number, { createdAt: '2026-03-03T08:00:00.000Z' }))
    expect(await numbers({ open: true })).toContain(2)
    expect(await numbers({})).toHaveLength(100)
  },

  'a release of a preview is found by its id and never listed among those to promote': async ({ store }) => {
    const own = { project: 'shop', sha, title: 't', author: 'a', createdAt: at, runId: null, artifacts: [] }
    const release = { ...own, migrations: [], badBecause: null }
    await store.releases.add({ ...release, id: previewRelease(sha, 12) })
    await store.releases.add({ ...release, id: sha })
    expect((await store.releases.list('shop', 10)).map(({ id }) => id)).toEqual([sha])
    expect(await store.releases.get('shop', previewRelease(sha, 12))).toMatchObject({ sha })
  },
}
