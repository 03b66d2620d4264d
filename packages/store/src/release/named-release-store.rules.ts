import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = '2026-11-05T08:00:00.000Z'
const later = '2026-11-06T08:00:00.000Z'
const commit = (sha: string) => ({ sha, repository: 'a/b', message: 'Fix "it"', author: null, at: null })
const deploy = (environment: string) => ({ environment, name: null, url: null, startedAt: null, finishedAt: at })

export const namedReleaseRules: Rules = {
  'what is said of a release is added to what was said before': async ({ store: { namedReleases } }) => {
    const made = await namedReleases.say('shop', 'shop@1', {}, at)
    const empty = { sha: null, url: null, commits: [], deploys: [], createdAt: at, releasedAt: null }
    expect(made).toEqual({ isNew: true, release: { project: 'shop', version: 'shop@1', ...empty } })
    await namedReleases.say('shop', 'shop@1', { sha: 'abc', commits: [commit('abc'), commit('abb')] }, later)
    await namedReleases.say('shop', 'shop@1', { deploy: deploy('staging') }, later)
    await namedReleases.say('shop', 'shop@1', { deploy: deploy('production'), releasedAt: later }, later)
    const { release, isNew } = await namedReleases.say('shop', 'shop@1', {}, later)
    expect(isNew).toBe(false)
    expect(release).toMatchObject({
      sha: 'abc',
      createdAt: at,
      releasedAt: later,
      commits: [commit('abc'), commit('abb')],
    })
    expect(release.deploys.map(({ environment }) => environment)).toEqual(['production', 'staging'])
    expect(await namedReleases.get('shop', 'shop@1')).toEqual(release)
  },

  'keeps the newest hundred deployments of a release': async ({ store: { namedReleases } }) => {
    for (let n = 0; n <= 100; n++) await namedReleases.say('shop', 'busy', { deploy: deploy(`e${n}`) }, later)
    const deploys = (await namedReleases.get('shop', 'busy'))?.deploys ?? []
    expect([deploys.length, deploys[0]?.environment, deploys.at(-1)?.environment]).toEqual([100, 'e100', 'e1'])
  },

  'releases are listed the newest first, and go one by one': async ({ store: { namedReleases } }) => {
    expect((await namedReleases.list('shop', 1)).map(({ version }) => version)).toEqual(['busy'])
    expect(await namedReleases.remove('shop', 'busy')).toBe(true)
    expect(await namedReleases.remove('shop', 'busy')).toBe(false)
    expect((await namedReleases.list('shop', 9)).map(({ version }) => version)).toEqual(['shop@1'])
  },
}
