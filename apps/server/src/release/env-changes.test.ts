import type { Deployment, EnvFingerprint } from '@gantry/core'
import { expect, test } from 'vitest'
import { broughtEnv, comparedEnv, envToMeet, notBroughtBack } from './env-changes.ts'

const deployment = (release: string, day: number, env: EnvFingerprint | undefined, over: Partial<Deployment> = {}) =>
  ({
    ...{ id: `${release}${day}`, project: 'p', environment: 'production', release, kind: 'deploy', env },
    ...{ createdAt: `2026-11-0${day}`, liveAt: `2026-11-0${day}`, ...over },
  }) as Deployment
const first = deployment('one', 1, { web: { FLAG: 'a', KEY: 'a' } })
const staged = deployment('two', 2, { web: { FLAG: 'x', NEW: 'x' } }, { environment: 'staging' })
const unnoted = deployment('three', 2, undefined)
const second = deployment('two', 3, { web: { FLAG: 'b' } })
const back = deployment('one', 4, { web: { FLAG: 'b', KEY: 'a' } }, { kind: 'rollback' })
const all = [back, second, unnoted, staged, first]
const deployments = {
  live: async (_: string, environment: string) => all.find(each => each.environment === environment) ?? null,
  list: async (_: string, { environment, release }: { environment?: string; release?: string }) =>
    all.filter(
      each => (environment ?? each.environment) === each.environment && (release ?? each.release) === each.release,
    ),
}
const release = (id: string) => ({ id, project: 'p' })

test('a deployment brought what is another than in the one before it there, of which it was noted', async () => {
  expect(await broughtEnv(second, deployments)).toEqual([
    { service: 'web', name: 'FLAG', change: 'changed' },
    { service: 'web', name: 'KEY', change: 'removed' },
  ])
  expect(await broughtEnv(first, deployments)).toEqual([])
  expect(await broughtEnv(unnoted, deployments)).toEqual([])
})

test('a rollback brought back what its release had when it was live there before, and says what not', async () => {
  expect(await notBroughtBack(back, deployments)).toEqual([{ service: 'web', name: 'FLAG', change: 'changed' }])
  expect(await notBroughtBack(second, deployments)).toEqual([])
  expect(await notBroughtBack(unnoted, deployments)).toEqual([])
})

test('two releases are compared by values where both were live, else by names, and not where nobody noted it', async () => {
  const there = await comparedEnv(release('one'), release('two'), deployments)
  expect(there).toMatchObject({ from: 'production', to: 'production', changes: [{ name: 'KEY' }] })
  const only = {
    ...deployments,
    list: async (_: string, asked: { release?: string }) => (asked.release === 'one' ? [first] : [staged]),
  }
  expect(await comparedEnv(release('one'), release('two'), only)).toMatchObject({
    ...{ from: 'production', to: 'staging' },
    changes: [
      { name: 'KEY', change: 'removed' },
      { name: 'NEW', change: 'added' },
    ],
  })
  expect(await comparedEnv(release('one'), release('three'), deployments)).toBeNull()
})

test('where a release goes is held against where it was proved, by names', async () => {
  expect(await envToMeet(release('two'), 'production', deployments)).toEqual({
    ...{ from: 'staging', to: 'production' },
    changes: [
      { service: 'web', name: 'KEY', change: 'added' },
      { service: 'web', name: 'NEW', change: 'removed' },
    ],
  })
  expect(await envToMeet(release('one'), 'production', deployments)).toBeNull()
})
