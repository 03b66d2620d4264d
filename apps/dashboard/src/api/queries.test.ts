import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { outdatedBy } from '../live/apply.ts'
import { queries } from './queries.ts'

const paths: string[] = []
beforeEach(() => {
  paths.length = 0
  vi.stubGlobal('location', { pathname: '/p/shop' })
  vi.stubGlobal('fetch', async (path: string) => {
    paths.push(path)
    return new Response(JSON.stringify({ path }))
  })
})
afterEach(() => void vi.unstubAllGlobals())

interface Question {
  queryKey: readonly unknown[]
  staleTime?: unknown
  placeholderData?: unknown
}

/** Every question there is, with the path it has to ask at. */
const asked: [path: string, question: () => unknown][] = [
  ['/me', queries.me],
  ['/projects', queries.projects],
  ['/runners', queries.runners],
  ['/line', queries.line],
  ['/runs?limit=100', () => queries.runs()],
  ['/runs?workflow=ci+%26+cd.yml&limit=100', () => queries.runs({ workflow: 'ci & cd.yml', branch: '' })],
  ['/runs?status=failure&before=r1&limit=100', () => queries.runs({ status: 'failure' }, 'r1')],
  ['/runs/choices', queries.runChoices],
  ['/metrics?days=7', () => queries.metrics(7)],
  ['/runs/a%2Fb', () => queries.run('a/b')],
  ['/releases', queries.releases],
  ['/environments/production/figures?days=30', () => queries.figures('production', 30)],
  ['/releases/abc', () => queries.release('abc')],
  ['/releases/abc/compare?since=def', () => queries.comparison('def', 'abc')],
  ['/deployments/d%3F', () => queries.deployment('d?')],
  ['/environments/production/rollback-plan', () => queries.rollbackPlan('production')],
  ['/environments/production/rollback-plan?to=abc', () => queries.rollbackPlan('production', 'abc')],
  ['/config', queries.environmentRules],
  ['/issues?limit=50', () => queries.issues({}, 50)],
  [
    '/issues?state=open&query=a%26b&limit=50',
    () => queries.issues({ state: 'open' as never, query: 'a&b', release: '' }, 50),
  ],
  ['/issues/7', () => queries.issue('7')],
  ['/issues/7/acts', () => queries.issueActs('7')],
  ['/issues/7/parts', () => queries.issueParts('7')],
  ['/people', () => queries.people()],
  ['/issues/7/events?limit=1&offset=3', () => queries.issueEvent('7', 3)],
  ['/events/abc', () => queries.eventReport('abc')],
  ['/issues/going-up?issues=7,8', () => queries.issuesGoingUp([7, 8])],
  ['/issues/7/spread?range=14d', () => queries.issueSpread('7', '14d')],
  ['/traces/abc', () => queries.trace('abc')],
  ['/traces/abc/spans/def', () => queries.span('abc', 'def')],
  ['/releases/abc/sessions', () => queries.releaseSessions('abc')],
  ['/intake', queries.intake],
  ['/forwards', queries.forwards],
  ['/searches', queries.searches],
  ['/deployments?environment=pr-1&limit=200', () => queries.deployments('pr-1')],
  ['/monitors', queries.monitors],
  ['/incidents', queries.incidents],
  ['/incidents/2', () => queries.incident('2')],
  ['/previews', queries.previews],
  ['/runbooks', queries.runbooks],
  ['/runbooks/site%20down', () => queries.runbook('site down')],
  ['/ledger?limit=100', () => queries.ledger()],
  ['/ledger?before=40&limit=100', () => queries.ledger(40)],
]

test.each(asked)('%s', async (path, question) => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const whole = `/api/v1${['/me', '/projects', '/runners'].includes(path) ? '' : '/projects/shop'}${path}`
  expect(await client.fetchQuery(question() as never)).toEqual({ path: whole })
  expect(paths).toEqual([whole])
})

test('every question of the screens is asked above', () => {
  const text = asked.map(([, question]) => String((question() as Question).queryKey[0]))
  expect(new Set(text).size).toBe(Object.keys(queries).length)
})

test('no two questions have one answer', () => {
  const keys = asked.map(([, question]) => JSON.stringify((question() as Question).queryKey))
  expect(new Set(keys).size).toBe(keys.length)
})

test('an event of the live stream reaches the question it makes out of date', () => {
  const reaches = (topic: Parameters<typeof outdatedBy>[0]['topic'], key: string, question: unknown) => {
    const { queryKey } = question as Question
    return outdatedBy({ topic, key } as never).some(prefix => prefix.every((part, at) => queryKey[at] === part))
  }
  expect(reaches('run', 'r1', queries.run('r1'))).toBe(true)
  expect(reaches('run', 'r1', queries.run('r2'))).toBe(false)
  expect(reaches('run', 'r1', queries.runs({ workflow: 'ci.yml' }))).toBe(true)
  expect(reaches('deployment', 'd', queries.rollbackPlan('production', 'abc'))).toBe(true)
  expect(reaches('deployment', 'd', queries.deployment('d'))).toBe(true)
  expect(reaches('promotion', 'p', queries.release('abc'))).toBe(true)
  expect(reaches('issue', '7', queries.issue('7'))).toBe(true)
  expect(reaches('issue', '7', queries.issues({}, 50))).toBe(true)
  expect(reaches('incident', '2', queries.incident('2'))).toBe(true)
  expect(reaches('monitor', 'm', queries.monitors())).toBe(true)
  expect(reaches('ledger', '1', queries.ledger(40))).toBe(true)
})

test('who one is does not grow old, and pages of a list stay until the next is there', () => {
  expect((queries.me() as Question).staleTime).toBe(Number.POSITIVE_INFINITY)
  const kept = [queries.issues({}, 50), queries.issueEvent('7', 1), queries.ledger(40)] as unknown as Question[]
  for (const { placeholderData } of kept) {
    const keep = placeholderData as (before: unknown) => unknown
    expect(keep('before')).toBe('before')
  }
})

test('a question that was given up is not asked on', async () => {
  const signals: (AbortSignal | undefined)[] = []
  vi.stubGlobal('fetch', async (_path: string, { signal }: RequestInit) => {
    signals.push(signal ?? undefined)
    return new Promise(() => {})
  })
  const client = new QueryClient()
  void client.fetchQuery(queries.line()).catch(() => {})
  await client.cancelQueries({ queryKey: ['line'] })
  expect(signals.map(signal => signal?.aborted)).toEqual([true])
})
