import { parseConfig } from '@gantry/config'
import {
  type Checks,
  type Deployment,
  GantryError,
  isUnfinished,
  type Preview,
  type PreviewStore,
  type PullRequest,
  type Release,
} from '@gantry/core'
import type { DeployRequest, RemovalRequest, Started } from '@gantry/delivery'
import { beforeEach, expect, test, vi } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { PreviewDesk, type PreviewDeskParts } from './preview-desk.ts'

const config = parseConfig({
  project: 'shop',
  services: { web: { path: '.', deploy: { provider: 'local', kind: 'static' } } },
  environments: { staging: { on: 'main' } },
  previews: { most: 2, idle: '1d', expires: '7d' },
})
const sha = (letter: string) => letter.repeat(40)

let nowMs = 0
let previews: Map<number, Preview>
let deployments: Deployment[]
let releases: Map<string, Release>
let pulls: Map<number, PullRequest>
let checks: Checks | null
/** Ends what is under way, by environment. */
let ends: Map<string, (how: Partial<Deployment>) => Promise<void>>
let isOn: boolean
/** Of commits that say of other services than the rest. */
let configs: Map<string, typeof config>
/** Where the process dies that begins a deployment, or why it cannot begin. */
let beginning: 'dies before' | 'dies after' | GantryError | null

beforeEach(() => {
  nowMs = Date.parse('2026-11-28T08:00:00.000Z')
  previews = new Map()
  deployments = []
  releases = new Map()
  ends = new Map()
  pulls = new Map([1, 2, 3, 4].map(number => [number, pull(number)]))
  checks = { workflow: 'ci.yml', isOver: true, isGreen: true, said: 'success' }
  isOn = true
  configs = new Map()
  beginning = null
})

const pull = (number: number, more: Partial<PullRequest> = {}): PullRequest => ({
  ...{ number, title: `Change ${number}`, branch: `b${number}`, author: 'leo', sha: sha('a') },
  ...{ state: 'open', isFork: false, page: `https://github.com/acme/shop/pull/${number}` },
  ...more,
})
const at = () => new Date(nowMs).toISOString()
const passes = (ms: number) => {
  nowMs += ms
}

/** Rows as the store keeps them; a deployment ends when the test says so. */
const store = {
  previews: {
    async add(preview) {
      if (previews.has(preview.number)) return false
      previews.set(preview.number, structuredClone(preview))
      return true
    },
    async update(preview) {
      const { number, version } = preview
      if (previews.get(number)?.version !== version) throw new GantryError('CONFLICT', `#${number} moved on`)
      const changed = { ...structuredClone(preview), version: version + 1 }
      previews.set(number, changed)
      return changed
    },
    get: async (_project, number) => structuredClone(previews.get(number) ?? null),
    list: async (_project, { open }) => [...previews.values()].filter(({ state }) => !open || state !== 'removed'),
  } satisfies PreviewStore,
  deployments: {
    list: async (_project: string, { environment }: { environment?: string }) =>
      deployments.filter(each => each.environment === environment).toReversed(),
  },
  releases: {
    async add(release: Release) {
      releases.set(release.id, release)
      return release
    },
    get: async (_project: string, id: string) => releases.get(id) ?? null,
  },
}

async function begun(request: DeployRequest | RemovalRequest, kind: 'deploy' | 'removal'): Promise<Started> {
  const { environment, release } = request
  const newest = deployments.findLast(each => each.environment === environment)
  if (newest && isUnfinished(newest.state)) throw new GantryError('DEPLOY_LOCKED', `${environment} is busy`)
  if (beginning instanceof GantryError) throw beginning
  if (beginning === 'dies before') return new Promise(() => {})
  const deployment = {
    ...{ id: `d${deployments.length + 1}`, project: 'shop', environment, release: release.id, kind },
    state: 'deploying',
    ...{ createdAt: at(), liveAt: null, finishedAt: null, failure: null, steps: [] },
  } as unknown as Deployment
  deployments.push(deployment)
  if (beginning === 'dies after') return new Promise(() => {})
  const ended = Promise.withResolvers<Deployment>()
  ends.set(environment, async how => {
    Object.assign(deployment, how)
    ended.resolve(deployment)
    await desk.look()
  })
  return { deployment, ended: ended.promise, isNew: true }
}

const newDesk = () =>
  new PreviewDesk({
    project: async () => ({ name: 'shop', config: isOn ? config : { ...config, previews: undefined } }),
    store,
    delivery: {
      deploy: (request: DeployRequest) => begun(request, 'deploy'),
      remove: (request: RemovalRequest) => begun(request, 'removal'),
    },
    pulls: { askEveryMs: 60_000, checks: async () => checks, find: async (of: number) => pulls.get(of) ?? null },
    configAt: async (commit: string) => configs.get(commit) ?? config,
    live: createLiveHub(0),
    now: () => new Date(nowMs),
    log: { error: () => {} },
  } as unknown as PreviewDeskParts)
let desk = newDesk()
beforeEach(() => {
  desk = newDesk()
})
/** Asks for one while the process dies, and starts another. */
async function dies(number: number, where: 'dies before' | 'dies after', commit = sha('a')): Promise<void> {
  beginning = where
  const before = [previews.get(number)?.version, deployments.length].join()
  void ask(number, commit)
  await vi.waitUntil(() => [previews.get(number)?.version, deployments.length].join() !== before)
  // The row is written twice before a first deployment, once before any other.
  await vi.waitUntil(() => previews.get(number)?.state === 'making' && (where === 'dies before' || isBusy(number)))
  beginning = null
  desk = newDesk()
}
const isBusy = (number: number) =>
  deployments.some(each => each.environment === `pr-${number}` && isUnfinished(each.state))

const ask = (number: number, commit = sha('a')) =>
  desk.deploy({ number, built: { sha: commit, artifacts: [], migrations: [] }, by: 'a job', runId: null })
const live = async (number: number) => ends.get(`pr-${number}`)?.({ state: 'live', liveAt: at() })
const gone = async (number: number) => ends.get(`pr-${number}`)?.({ state: 'removed', finishedAt: at() })
const stateOf = (number: number) => [previews.get(number)?.state, previews.get(number)?.because]
const refused = (number: number, commit?: string) => expect(ask(number, commit)).rejects
const made = async (number: number) => {
  await ask(number)
  await live(number)
}

test('a pull request is deployed into an environment of its own, as a release of its own, for as long as it gets commits', async () => {
  expect(await ask(1)).toMatchObject({ environment: 'pr-1', release: `${sha('a')}-pr-1` })
  expect(stateOf(1)).toEqual(['making', null])
  await live(1)
  expect(previews.get(1)).toMatchObject({ state: 'ready', expiresAt: '2026-12-05T08:00:00.000Z', title: 'Change 1' })
  passes(6 * 86_400_000)
  pulls.set(1, pull(1, { sha: sha('b') }))
  await ask(1, sha('b'))
  await ends.get('pr-1')?.({ state: 'failed', failure: 'web did not turn healthy' })
  expect(previews.get(1)).toMatchObject({ state: 'failed', because: 'web did not turn healthy', sha: sha('b') })
  await desk.look()
  expect(previews.get(1)?.expiresAt).toBe('2026-12-11T08:00:00.000Z')
})

test('nothing is made where the main branch has no previews, of a fork, or of a commit that is red; one that waits says so', async () => {
  isOn = false
  await refused(1).toMatchObject({ code: 'PREVIEWS_OFF' })
  isOn = true
  pulls.set(2, pull(2, { isFork: true }))
  await refused(2).toMatchObject({ code: 'PREVIEW_REFUSED', message: expect.stringContaining('in another repository') })
  expect(previews.has(2)).toBe(false)
  checks = { workflow: 'ci.yml', isOver: false, isGreen: false, said: 'queued' }
  await refused(1).toMatchObject({ code: 'PREVIEW_WAITS' })
  expect(previews.size).toBe(0)
  checks = { workflow: 'ci.yml', isOver: true, isGreen: false, said: 'failure' }
  await refused(1).toMatchObject({ code: 'PREVIEW_REFUSED' })
  expect(stateOf(1)).toEqual(['refused', 'ci.yml ended with failure for aaaaaaa'])
  expect([deployments, releases.size]).toEqual([[], 0])
  // What serves already goes on serving.
  checks = null
  await made(3)
  checks = { workflow: 'ci.yml', isOver: true, isGreen: false, said: 'failure' }
  pulls.set(3, pull(3, { sha: sha('b') }))
  await refused(3).toMatchObject({ message: expect.stringContaining('aaaaaaa is not its newest commit') })
  expect(stateOf(3)).toEqual(['ready', null])
  await refused(3, sha('b')).toMatchObject({ code: 'PREVIEW_REFUSED' })
  expect(stateOf(3)).toEqual(['ready', 'bbbbbbb is not shown: ci.yml ended with failure for bbbbbbb'])
  expect(previews.get(3)?.sha).toBe(sha('a'))
})

test('nothing is made of half a product: where one service can have no preview, the others get none', async () => {
  const deploys = { provider: 'command', deploy: './ship', verify: './look', undo: './back' }
  const rsync = { path: '.', deploy: deploys } as unknown as (typeof config.services)[string]
  configs.set(sha('a'), { ...config, services: { ...config.services, legacy: rsync } })
  await refused(1).toMatchObject({ message: expect.stringContaining('legacy can have no preview: command holds none') })
  expect([stateOf(1)[0], deployments]).toEqual(['refused', []])
})

test('of two that ask at once for the last place one gets it, and the other is told who has them', async () => {
  await made(1)
  const both = await Promise.allSettled([ask(2), ask(3)])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(stateOf(3)).toEqual(['refused', expect.stringContaining('2 previews are there (#1, #2)')])
  // One that nobody touched for a day makes room.
  await live(2)
  passes(86_400_000)
  await ask(3)
  expect([stateOf(1), stateOf(3)]).toEqual([
    ['removing', 'it was idle, and #3 needed its place'],
    ['making', null],
  ])
  await gone(1)
  expect(previews.get(1)).toMatchObject({ state: 'removed', endedAt: at() })
})

test('it goes when its request is closed, though no webhook came, when it expired, and when somebody says so', async () => {
  await made(1)
  await made(2)
  expect(await desk.look()).toEqual(new Date(nowMs + 60_000))
  pulls.set(1, pull(1, { state: 'merged' }))
  await desk.look()
  expect(stateOf(1)).toEqual(['removing', 'its pull request is merged'])
  expect(deployments.at(-1)).toMatchObject({ kind: 'removal', environment: 'pr-1' })
  await gone(1)
  expect(await desk.remove(1, 'again', 'Ana', null)).toBeNull()

  passes(7 * 86_400_000)
  await desk.look()
  expect(stateOf(2)).toEqual(['removing', 'it expired'])
  await gone(2)
  // A refused one has nothing to remove.
  await expect(desk.remove(9, 'x', 'Ana', null)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await made(3)
  expect(await desk.remove(3, 'nobody looks at it', 'Ana', null)).toMatchObject({ kind: 'removal' })
  expect(await desk.remove(3, 'twice', 'Ana', null)).toMatchObject({ kind: 'removal' })
  await gone(3)
  expect(stateOf(3)).toEqual(['removed', expect.any(String)])
})

test('closed while it is deployed, it goes once that has ended, live or not', async () => {
  await ask(1)
  pulls.set(1, pull(1, { state: 'closed' }))
  expect(await desk.remove(1, 'its pull request is closed', 'a job', null)).toBeNull()
  expect(stateOf(1)).toEqual(['removing', 'its pull request is closed'])
  await refused(1).toMatchObject({ code: 'PREVIEW_REFUSED' })
  pulls.set(1, pull(1))
  await refused(1).toMatchObject({ code: 'DEPLOY_LOCKED' })
  await live(1)
  expect(deployments.map(({ kind }) => kind)).toEqual(['deploy', 'removal'])
  await gone(1)
  expect(stateOf(1)[0]).toBe('removed')
  // Opened again, it is made anew.
  pulls.set(1, pull(1))
  await made(1)
  expect(stateOf(1)).toEqual(['ready', null])
})

test('a removal that failed is tried again after a while, a longer one each time, however often', async () => {
  await made(1)
  await desk.remove(1, 'x', 'Ana', null)
  const fails = () => ends.get('pr-1')?.({ state: 'failed', failure: 'Fly answered 500', finishedAt: at() })
  await fails()
  for (const [waits, count] of [
    [599_999, 2],
    [1, 3],
    [1_199_999, 3],
    [1, 4],
  ] as const) {
    passes(waits)
    if (deployments.length < count) {
      await desk.look()
      await fails()
    } else await desk.look()
    expect(deployments).toHaveLength(count)
  }
  // What failed for days is no reason to forget it.
  for (let time = 0; time < 60; time += 1) {
    passes(6 * 3_600_000)
    await desk.look()
    await fails()
  }
  expect([stateOf(1)[0], deployments.length]).toEqual(['removing', 64])
  passes(6 * 3_600_000)
  await desk.look()
  await gone(1)
  expect(stateOf(1)[0]).toBe('removed')
})

test('what cannot begin leaves the row as it was, or says why nothing is there', async () => {
  await made(1)
  const before = previews.get(1)
  passes(1_000)
  pulls.set(1, pull(1, { sha: sha('b') }))
  beginning = new GantryError('CONFIG_INVALID', 'web has no health')
  await refused(1, sha('b')).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(previews.get(1)).toEqual({ ...before, version: expect.any(Number) })
  await refused(2).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(stateOf(2)).toEqual(['failed', 'web has no health'])
  // Two pushes at once: the later one waits for the earlier to end.
  beginning = null
  await ask(1, sha('b'))
  pulls.set(1, pull(1, { sha: sha('c') }))
  await refused(1, sha('b')).toMatchObject({ code: 'PREVIEW_REFUSED' })
  await refused(1, sha('c')).toMatchObject({ code: 'DEPLOY_LOCKED' })
  expect(previews.get(1)).toMatchObject({ state: 'making', sha: sha('b') })
  await live(1)
  expect(await ask(1, sha('c'))).toMatchObject({ release: `${sha('c')}-pr-1` })
})

test('of one that was gone for long it is said why it is refused or cannot begin, and not that it expired', async () => {
  await made(1)
  for (const why of ['ci.yml ended with failure for aaaaaaa', 'web has no health']) {
    const isRed = why.startsWith('ci')
    checks = { workflow: 'ci.yml', isOver: true, isGreen: !isRed, said: 'failure' }
    beginning = new GantryError('CONFIG_INVALID', why)
    deployments = []
    previews.set(1, { ...previews.get(1), state: 'removed', endedAt: at() } as Preview)
    passes(8 * 86_400_000)
    await refused(1).toMatchObject({ code: isRed ? 'PREVIEW_REFUSED' : 'CONFIG_INVALID' })
    await desk.look()
    expect(previews.get(1)).toMatchObject({ because: why, endedAt: null, deployedAt: at() })
  }
})

test('a service that a later commit has not, or has elsewhere, goes with the preview as well', async () => {
  const web = config.services['web']
  if (!web) throw new Error('it has one')
  const more = { ...config, services: { ...config.services, api: web } }
  configs.set(sha('b'), more).set(sha('c'), config).set(sha('d'), config)
  for (const letter of ['a', 'b', 'c', 'd']) {
    pulls.set(1, pull(1, { sha: sha(letter) }))
    await ask(1, sha(letter))
    await live(1)
  }
  expect(previews.get(1)?.left).toEqual([`${sha('b')}-pr-1`])
  pulls.set(1, pull(1, { state: 'closed' }))
  await desk.look()
  await gone(1)
  expect(stateOf(1)[0]).toBe('removing')
  await desk.look()
  await gone(1)
  const removals = deployments.filter(({ kind }) => kind === 'removal').map(({ release }) => release[0])
  expect([stateOf(1)[0], removals]).toEqual(['removed', ['b', 'd']])
  expect(previews.get(1)?.left).toEqual([])
})

test('what a process that died left is gone on with, wherever it died', async () => {
  await dies(1, 'dies after')
  expect(previews.get(1)).toMatchObject({ state: 'making', deployment: null })
  // A later start brought it to its end.
  Object.assign(deployments[0] ?? {}, { state: 'live', liveAt: at() })
  await desk.look()
  expect(previews.get(1)).toMatchObject({ state: 'ready', deployment: 'd1' })

  await dies(2, 'dies before')
  await desk.look()
  expect(stateOf(2)).toEqual(['making', null])
  passes(60_001)
  await desk.look()
  expect(stateOf(2)).toEqual(['failed', expect.stringContaining('run its workflow again')])
  pulls.set(2, pull(2, { state: 'closed' }))
  await desk.look()
  expect(stateOf(2)[0]).toBe('removed')

  // One that serves is shown as what it is.
  pulls.set(1, pull(1, { sha: sha('b') }))
  await dies(1, 'dies before', sha('b'))
  expect(previews.get(1)).toMatchObject({ state: 'making', sha: sha('b') })
  await desk.look()
  expect(previews.get(1)).toMatchObject({ state: 'ready', sha: sha('a') })
})

test('one that was opened again while a process died is never forgotten with what it has', async () => {
  await made(1)
  pulls.set(1, pull(1, { state: 'closed' }))
  await desk.look()
  await gone(1)
  pulls.set(1, pull(1))
  await dies(1, 'dies before')
  passes(60_001)
  await desk.look()
  expect(stateOf(1)).toEqual(['failed', expect.stringContaining('run its workflow again')])
  await dies(1, 'dies after')
  pulls.set(1, pull(1, { state: 'closed' }))
  await desk.look()
  expect(stateOf(1)[0]).toBe('removing')
  Object.assign(deployments.at(-1) ?? {}, { state: 'failed', failure: 'its job is gone' })
  await desk.look()
  expect(deployments.at(-1)).toMatchObject({ kind: 'removal' })
  await gone(1)
  expect(stateOf(1)[0]).toBe('removed')
})
