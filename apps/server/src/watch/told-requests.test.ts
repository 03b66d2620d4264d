import type { Deployment, NewLine, SessionFact, TrafficSample } from '@gantry/core'
import { beforeEach, expect, test } from 'vitest'
import { ToldRequests } from './told-requests.ts'

let now = 0
let looks = 0
let counted: TrafficSample[] = []
let deployments: Pick<Deployment, 'environment' | 'release' | 'steps'>[] = []
let failure: Error | null = null
let errors: unknown[] = []

const step = (service: string, writers: string[]) => ({ service, runsIn: 'job', answer: { writers } })
const put = (release: string, environment = 'production') => ({
  ...{ environment, release },
  steps: [
    step('web', [`dpl_${environment}_${release}`]),
    step('api', [`m_${environment}_${release}`]),
    { service: 'queue' },
  ] as Deployment['steps'],
})

let requests: ToldRequests
beforeEach(() => {
  now = Date.parse('2026-12-04T10:00:00.000Z')
  ;[looks, failure, counted, errors] = [0, null, [], []]
  deployments = [put('r2'), put('r2', 'staging')]
  const services = { web: { health: '/' }, api: { health: '/healthz' } }
  requests = new ToldRequests({
    project: 'shop',
    store: {
      deployments: {
        async allLive() {
          looks += 1
          if (failure) throw failure
          return deployments as Deployment[]
        },
        newestIn: async () => [],
      },
    },
    config: async () => ({ environments: {}, services }) as never,
    count: samples => void counted.push(...samples),
    onError: cause => void errors.push(cause),
    now: () => new Date(now),
  })
})

const line = (fields: object, more: Partial<NewLine> = {}): NewLine => ({
  ...{ project: 'shop', environment: 'production', release: null, service: 'unknown', at: '', level: 'info' },
  ...{ message: '', trace: null, fields: { ...fields } },
  ...more,
})
const atEdge = (id: string, statusCode: number, more: object = {}) =>
  line({ deploymentId: 'dpl_production_r2', requestId: id, proxy: { path: '/', statusCode }, ...more })
const answered = (url: string, statusCode: number) =>
  line(
    { req: { method: 'GET', url }, res: { statusCode } },
    { service: 'api', environment: 'production', release: 'r2' },
  )

const session = (id: string, more: Partial<SessionFact> = {}): SessionFact => ({
  ...{ project: 'shop', id, kind: 'application', release: 'r2', environment: 'production', person: null },
  ...{ service: 'web', startedAt: '', receivedAt: '', quantity: 1, errored: 0, crashed: 0, abnormal: 0 },
  ...more,
})

async function sums(): Promise<Record<string, [number, number]>> {
  await requests.drained()
  const all: Record<string, [number, number]> = {}
  for (const { environment, service, release, requests: asked, failures } of counted) {
    const key = `${environment} ${service} ${release}`
    const [a, b] = all[key] ?? [0, 0]
    all[key] = [a + asked, b + failures]
  }
  return all
}

test('a request is counted for the release that its writer runs, whatever the line says of itself', async () => {
  requests.linesCame([atEdge('1', 200), atEdge('2', 503), atEdge('3', -1, { environment: 'preview' })])
  const fly = { fly: { app: { name: 'shop-api', instance: 'm_staging_r2' } } }
  requests.linesCame([line({ ...fly, method: 'GET', path: '/a', status: 500 })])
  expect(await sums()).toEqual({ 'production web r2': [3, 2], 'staging api r2': [1, 1] })
  expect(counted[0]?.at).toBe('2026-12-04T10:00:00.000Z')
})

test('the lines of one request are one request, that failed when any of them says so', async () => {
  requests.linesCame([atEdge('1', 200), atEdge('1', 200), atEdge('2', 500)])
  requests.linesCame([atEdge('1', 500), atEdge('2', 500)])
  expect(await sums()).toEqual({ 'production web r2': [2, 2] })
})

test('without a writer the line has to name service, environment and release', async () => {
  const other = (more: Partial<NewLine>) => ({ ...answered('/a', 200), ...more })
  requests.linesCame([answered('/a', 200), other({ release: null }), other({ release: 'r1' }), other({ service: 'x' })])
  requests.linesCame([
    other({ environment: 'preview' }),
    line({ deploymentId: 'dpl_else', ...answered('/', 200).fields }),
  ])
  expect(await sums()).toEqual({ 'production api r2': [1, 0] })
})

test('what runs on this machine is counted by its proxy, and not once more', async () => {
  requests.linesCame([{ ...answered('/a', 200), service: 'queue' }])
  expect(await sums()).toEqual({})
})

test('neither probes nor health checks are visits; pages are visited where they are checked', async () => {
  requests.linesCame([answered('/healthz?full', 503), answered('/', 200), atEdge('1', 200)])
  requests.linesCame([atEdge('2', 500, { proxy: { path: '/', statusCode: 500, userAgent: ['gantry-probe'] } })])
  expect(await sums()).toEqual({ 'production api r2': [1, 0], 'production web r2': [1, 0] })
})

test('who hears less is not counted beside who hears all, until that one is silent', async () => {
  const web = { ...answered('/a', 200), service: 'web' }
  requests.linesCame([web])
  requests.linesCame([atEdge('1', 200)])
  requests.linesCame([web])
  requests.sessionsCame([session('s')])
  expect(await sums()).toEqual({ 'production web r2': [2, 0] })
  now += 10 * 60_000
  requests.sessionsCame([session('t')])
  expect(await sums()).toEqual({ 'production web r2': [3, 0] })
})

test('a session counts when it begins, and its crash once however often it is told', async () => {
  const crash = session('a', { quantity: 0, crashed: 1 })
  requests.sessionsCame([session('a'), session('b'), session('c', { service: null }), session('d', { release: 'r1' })])
  requests.sessionsCame([crash, session('b', { quantity: 0, errored: 1 })])
  requests.sessionsCame([crash])
  requests.sessionsCame([session('sum', { kind: 'request', service: 'api', quantity: 40, crashed: 3 })])
  expect(await sums()).toEqual({ 'production web r2': [2, 1], 'production api r2': [40, 3] })
})

test('asks which releases run no more often than every two seconds, and again after it could not', async () => {
  requests.linesCame([atEdge('1', 200)])
  requests.linesCame([line({ message: 'nothing to count' })])
  requests.sessionsCame([])
  requests.linesCame([atEdge('2', 200)])
  await sums()
  expect(looks).toBe(1)
  deployments = [put('r3')]
  now += 2_000
  failure = new Error('gone')
  requests.linesCame([atEdge('3', 200)])
  await requests.drained()
  expect(errors).toEqual([failure])
  failure = null
  requests.linesCame([atEdge('4', 200, { deploymentId: 'dpl_production_r3' })])
  expect(await sums()).toEqual({ 'production web r2': [2, 0], 'production web r3': [1, 0] })
})
