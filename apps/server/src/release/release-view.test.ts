import type { Deployment, Project, Store } from '@gantry/core'
import { expect, test } from 'vitest'
import type { Repository } from '../git/repository.ts'
import type { PromotionDesk } from './promotion-desk.ts'
import { releaseView } from './release-view.ts'

const environments = { staging: { on: 'main' }, production: { from: 'staging' } }
const project = { name: 'p', config: { environments } } as unknown as Project

/** What the page of release `r3` says, when `own` was its deployment to production and `live` is what runs there. */
function viewOf(id: string, own: Partial<Deployment> | null, live: string | null, of: Project = project) {
  const store = {
    releases: { get: async (_: string, asked: string) => (asked === 'r3' ? { id: 'r3', sha: 'sha3' } : null) },
    deployments: {
      list: async (_: string, { environment }: { environment?: string }) =>
        own && (environment === undefined || environment === 'production') ? [own] : [],
      live: async (_: string, environment: string) =>
        live !== null && environment === 'production' ? { release: live } : null,
    },
    promotions: { list: async () => [{ id: 'asked', gates: [] }] },
    runs: { list: async () => [] },
    issues: { list: async () => ({ issues: [] }) },
  } as unknown as Store
  const repository = {
    between: async (from: string, to: string) => [{ sha: `${from}..${to}` }],
    commit: async (sha: string) => ({ sha }),
  } as unknown as Repository
  const desk = {
    shown: async (one: object) => ({ ...one, gates: ['judged now'] }),
  } as unknown as PromotionDesk
  return releaseView(of, id, { store, repository, desk, checklists: { of: async () => null } })
}

test('a release that waits is compared with what runs where it would go', async () => {
  expect(await viewOf('r3', null, 'r1')).toMatchObject({
    comparedWith: 'r1',
    changes: [{ sha: 'r1..sha3' }],
    promotions: [{ id: 'asked', gates: ['judged now'] }],
  })
})

test('one that was deployed is compared with what it took the place of, whatever runs now', async () => {
  const own = { formerRelease: 'r2' }
  expect(await viewOf('r3', own, 'r9')).toMatchObject({ comparedWith: 'r2', changes: [{ sha: 'r2..sha3' }] })
})

test('the first release, and one without a line to go along, show their own commit', async () => {
  const alone = { comparedWith: null, changes: [{ sha: 'sha3' }] }
  expect(await viewOf('r3', null, null)).toMatchObject(alone)
  expect(await viewOf('r3', { formerRelease: null }, 'r3')).toMatchObject(alone)
  expect(await viewOf('r3', null, 'r1', { ...project, config: null })).toMatchObject(alone)
})

test('a release nobody made is not found', async () => {
  await expect(viewOf('r4', null, null)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
