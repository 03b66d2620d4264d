import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { local, parseConfig } from '@gantry/config'
import type { Deployment, Promotion, Release, RunState, Store } from '@gantry/core'
import { artifactStore } from '@gantry/delivery'
import { folderObjects } from '@gantry/objects'
import { storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pruneFiles } from './prune-files.ts'

const own = { isOurs: true, uploads: null }

let store: Store
let dir = ''
beforeAll(async () => {
  store = storeOn(await embeddedDatabase())
  dir = await mkdtemp(join(tmpdir(), 'gantry-prune-'))
})
afterAll(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

const now = new Date('2026-11-23T10:00:00.000Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
const digestOf = (id: string) => `sha256:${createHash('sha256').update(id).digest('hex')}`
const artifacts = () => artifactStore(folderObjects(dir))
const fileOf = (id: string) => {
  const hex = digestOf(id).slice(7)
  return join(dir, 'artifacts', hex.slice(0, 2), `${hex}.tar.gz`)
}

/** Its bytes are its name. */
async function built(id: string, days: number): Promise<void> {
  await artifacts().put(Readable.from([Buffer.from(id)]), digestOf(id))
  await utimes(fileOf(id), daysAgo(days), daysAgo(days))
}

async function released(id: string, days: number, badBecause: string | null = null): Promise<void> {
  await built(id, days)
  const release: Release = {
    ...{ id, project: 'p', sha: id, title: id, author: 'Ana', createdAt: daysAgo(days).toISOString(), runId: null },
    ...{ artifacts: [{ service: 'web', digest: digestOf(id), bytes: id.length }], migrations: [], badBecause: null },
  }
  await store.releases.add(release)
  if (badBecause) await store.releases.markBad('p', id, badBecause)
}

async function wasLive(release: string, days: number, state: Deployment['state'] = 'superseded'): Promise<void> {
  const at = daysAgo(days).toISOString()
  await store.deployments.add({
    ...{ id: `${release}-${days}`, project: 'p', environment: 'production', release, formerRelease: null, state },
    ...{ kind: 'deploy', steps: [], requestedBy: 'Ana', reason: null, runId: null, createdAt: at, liveAt: at },
    ...{ finishedAt: at, failure: null, verdict: null, version: 1 },
  })
}

async function pruned(keep: object, ids: string[]): Promise<string[]> {
  const config = parseConfig({
    project: 'p',
    services: { web: { path: '.', deploy: local({ kind: 'node', entry: 'x' }) } },
    environments: { production: { on: 'main' } },
    keep,
  })
  const project = { title: '', archivedAt: null, name: 'p', number: 1, config, configSha: null, createdAt: '' }
  const runArtifacts = join(dir, 'runs')
  await pruneFiles({
    store,
    project: async () => project,
    artifacts: artifacts(),
    ...own,
    runArtifacts,
    now: () => now,
  })
  const left = await Promise.all(ids.map(async id => ((await artifacts().has(digestOf(id))) ? [] : [id])))
  return left.flat()
}

test('built files go when nobody can go back to them; those of the last good releases stay, however old', async () => {
  await released('oldest-good', 400)
  await released('older-good', 300)
  await released('bad', 250, 'it fails')
  await released('good', 200)
  await released('live', 150)
  await released('never-live', 140)
  await released('waits', 130)
  await released('young', 10)
  await built('orphan', 5)
  await built('upload', 0)
  await wasLive('oldest-good', 399)
  await wasLive('older-good', 299)
  await wasLive('bad', 249, 'rolled-back')
  await wasLive('good', 199)
  await wasLive('live', 149, 'live')
  await store.promotions.add({
    ...{ id: 'w', project: 'p', environment: 'production', release: 'waits', state: 'waiting', requestedBy: 'Ana' },
    ...{ runId: 'r', jobId: 'j', createdAt: daysAgo(1).toISOString(), expiresAt: daysAgo(-7).toISOString() },
    ...{ gates: [], approvals: [], needed: 1, version: 1, title: 'waits', decidedAt: null },
  } as unknown as Promotion)
  const ids = ['oldest-good', 'older-good', 'bad', 'good', 'live', 'never-live', 'waits', 'young', 'orphan', 'upload']
  expect(await pruned({ rollbackReleases: 3 }, ids)).toEqual(['oldest-good', 'bad', 'never-live', 'orphan'])
  expect(await pruned({ rollbackReleases: 2 }, ids)).toContain('older-good')
  expect(await pruned({ rollbackReleases: 2, releases: '1d' }, ['live', 'good', 'young'])).toEqual(['young'])
})

test('what an old run uploaded goes, unless the run still waits; without a config nothing does', async () => {
  const folder = async (name: string, days: number) => {
    await mkdir(join(dir, 'runs', name), { recursive: true })
    await writeFile(join(dir, 'runs', name, 'report.json'), '{}')
    await utimes(join(dir, 'runs', name), daysAgo(days), daysAgo(days))
  }
  await Promise.all([folder('old', 91), folder('waiting', 91), folder('new', 89)])
  const waiting = {
    id: 'waiting',
    number: 1,
    workflowPath: 'ci.yml',
    ref: 'r',
    sha: 's',
    status: 'waiting',
    jobs: [],
    eventPayload: {},
  }
  await store.runs.save('p', { ...waiting, createdAt: daysAgo(91).toISOString() } as unknown as RunState)
  await built('nobodys', 100)
  const none = { title: '', archivedAt: null, name: 'p', number: 1, config: null, configSha: null, createdAt: '' }
  const parts = { store, artifacts: artifacts(), ...own, runArtifacts: join(dir, 'runs'), now: () => now }
  await pruneFiles({ ...parts, project: async () => none })
  expect((await readdir(join(dir, 'runs'))).sort()).toEqual(['new', 'old', 'waiting'])
  expect(await pruned({}, ['nobodys'])).toEqual(['nobodys'])
  expect((await readdir(join(dir, 'runs'))).sort()).toEqual(['new', 'waiting'])
})

test('what an interrupted upload left goes after a day', async () => {
  const part = join(fileOf('cut'), '..', '.0-1.part')
  await mkdir(join(part, '..'), { recursive: true })
  await writeFile(part, 'half')
  await pruned({}, [])
  expect(await readdir(join(part, '..'))).toHaveLength(1)
  await utimes(part, daysAgo(2), daysAgo(2))
  await pruned({}, [])
  expect(await readdir(join(part, '..'))).toEqual([])
})
