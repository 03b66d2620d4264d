import type { Incident, Promotion, Release, Store } from '@gantry/core'
import { expect, test } from 'vitest'
import type { Repository } from '../git/repository.ts'
import { brought } from './brings.ts'

const migration = (version: string) => ({ version, name: 'm', sql: '', effect: 'expand', verdicts: [] })
const release = { id: 'new', sha: 'new', migrations: ['3', '1', '2'].map(migration) } as unknown as Release
const promotion = { project: 'p', environment: 'qa', release: 'new' } as Promotion
const incident = (number: number, environment: string, severity: string) =>
  ({ number, environment, severity, state: 'open' }) as unknown as Incident

function broughtTo(live: string | null) {
  const asked: unknown[] = []
  const store = {
    deployments: {
      live: async (_: string, environment: string) =>
        environment === 'qa' && live ? { release: live, env: { web: { URL: 'a', OLD: 'a' } } } : null,
      list: async () => [{ environment: 'staging', liveAt: 'then', env: { web: { URL: 'b', NEW: 'b' } } }],
    },
    releases: { get: async (_: string, id: string) => (id === 'old' ? { migrations: [migration('1')] } : null) },
    incidents: {
      list: async () => [
        incident(4, 'qa', 'warning'),
        incident(3, 'production', 'critical'),
        incident(2, 'qa', 'critical'),
      ],
    },
    runs: { pushers: async (_: string, shas: string[]) => [`pushed ${shas.join(' ')}`] },
    github: {
      pushesOf: async (_: string, shas: string[]) => [
        { ...{ fresh: [shas[0]], moved: [], at: '', emails: [], isOnTheWay: false }, actor: { id: 3, login: 'bo' } },
      ],
    },
  } as unknown as Store
  const repository = {
    async writtenSince(from: string | null, to: string) {
      asked.push([from, to])
      return { shas: ['new', 'mid'], wrote: ['Kim <kim@x>'] }
    },
    between: async (from: string, to: string) => [{ sha: `${from}..${to}` }],
    commit: async (sha: string) => ({ sha }),
  } as unknown as Repository
  return brought(promotion, release, { store, repository }).then(brings => ({ brings, asked }))
}

test('an approval is shown against what is live where it leads: commits, migrations to apply, who had a hand in it', async () => {
  const { brings, asked } = await broughtTo('old')
  expect(asked).toEqual([['old', 'new']])
  expect(brings).toMatchObject({
    ...{ since: 'old', commits: 2, changes: [{ sha: 'old..new' }] },
    contributors: { wrote: ['Kim <kim@x>'], pushed: ['pushed new mid', 'bo <3+bo@users.noreply.github.com>'] },
  })
  expect(brings.migrations.map(({ version }) => version)).toEqual(['2', '3'])
})

test('where nothing is live every migration is to apply, and its own commit stands for all', async () => {
  const { brings, asked } = await broughtTo(null)
  expect(asked).toEqual([[null, 'new']])
  expect(brings).toMatchObject({ since: null, changes: [{ sha: 'new' }] })
  expect(brings.migrations).toHaveLength(3)
})

test('what is open in that environment is shown, the gravest first', async () => {
  const { brings } = await broughtTo('old')
  expect(brings.incidents.map(({ number }) => number)).toEqual([2, 4])
})

test('names of variables that where it was proved has and the other has not are shown, and no value is held against it', async () => {
  const { brings } = await broughtTo('old')
  expect(brings.env).toEqual({
    ...{ from: 'staging', to: 'qa' },
    changes: [
      { service: 'web', name: 'NEW', change: 'removed' },
      { service: 'web', name: 'OLD', change: 'added' },
    ],
  })
  expect((await broughtTo(null)).brings.env).toBeNull()
})
