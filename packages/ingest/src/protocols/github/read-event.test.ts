import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it, test } from 'vitest'
import { sender as anySender } from '../../testing/sender.ts'
import { protocol } from './protocol.ts'
import { readGitHubEvent } from './read-event.ts'

type Payload = Record<string, unknown>
const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const examples: { name: string; examples: Payload[] }[] = JSON.parse(readFileSync(file, 'utf8'))
const payloadsOf = (name: string): Payload[] => examples.find(each => each.name === name)?.examples ?? []
const sender = { ...anySender, service: null, receivedAt: '2026-11-28T08:00:00.000Z' }
const itemsOf = (name: string, payload: object, id = 'delivery') =>
  protocol
    .read(Buffer.from(JSON.stringify(payload)), {
      ...{ path: '', params: {}, query: {} },
      headers: { 'x-github-event': name, 'x-github-delivery': id },
    })
    .items(sender).items

test('every example GitHub has published is read or left alone, and none is refused', () => {
  const sinks = new Map<string, Set<string>>()
  for (const { name, examples: all } of examples)
    for (const payload of all)
      for (const item of itemsOf(name, payload)) {
        const kinds = sinks.get(name) ?? new Set()
        sinks.set(name, kinds.add(item.sink ?? `not asked for: ${item.category}`))
      }
  const read = [...sinks].filter(([, kinds]) => !kinds.has('not asked for: other'))
  expect(Object.fromEntries(read.map(([name, kinds]) => [name, [...kinds].sort()]))).toEqual({
    ...{ installation: ['github'], installation_repositories: ['github'], ping: ['github'], push: ['github'] },
    ...{ check_run: ['github'], check_suite: ['github'], status: ['github'] },
    pull_request: ['github'],
    workflow_job: ['jobs', 'not asked for: workflow_job'],
    workflow_run: ['github', 'runs'],
  })
  expect(sinks.size).toBeGreaterThan(50)
})

describe('an event', () => {
  it('of a push says where the branch is now, and nothing once it is removed', () => {
    const pushes = payloadsOf('push')
    const moved = pushes.find(({ deleted }) => deleted === false) ?? {}
    const removed = pushes.find(({ deleted }) => deleted === true) ?? {}
    expect(readGitHubEvent('push', moved)).toMatchObject({ kind: 'push', ref: moved['ref'], after: moved['after'] })
    expect(readGitHubEvent('push', removed)).toMatchObject({ kind: 'push', after: null })
  })

  it('of a push says who moved which commits, when, and by which addresses GitHub knows them', () => {
    const push = payloadsOf('push').find(({ ref, deleted }) => ref === 'refs/heads/master' && deleted === false)
    const commit = (letter: string, distinct: boolean, username: string) => ({
      ...{ id: letter.repeat(40), distinct },
      author: { name: username, email: `${username}@example.com`, username },
    })
    const told = {
      ...push,
      ...{ before: '1'.repeat(40), after: 'c'.repeat(40), pusher: { name: 'bo', email: 'bo@home.example' } },
      ...{ sender: { id: 7, login: 'Bo' }, repository: { full_name: 'acme/shop', pushed_at: 1_795_852_800 } },
      commits: [commit('a', false, 'ana'), commit('b', true, 'bo'), commit('c', true, 'eve')],
    }
    const read = (over: object = {}) => {
      const event = readGitHubEvent('push', { ...told, ...over })
      return event?.kind === 'push' ? event.push : null
    }
    expect(read()).toEqual({
      ...{ ref: 'refs/heads/master', before: '1'.repeat(40), after: 'c'.repeat(40), actor: { id: 7, login: 'Bo' } },
      ...{ at: '2026-11-28T08:00:00.000Z', fresh: ['b'.repeat(40), 'c'.repeat(40)], moved: ['a'.repeat(40)] },
      emails: ['bo@example.com', 'bo@home.example'],
    })
    // The branch was made at, or moved back to, what was there.
    const made = read({ before: '0'.repeat(40), commits: [], pusher: null })
    expect(made).toMatchObject({ before: null, fresh: [], moved: ['c'.repeat(40)], emails: [] })
    expect(read({ commits: Array.from({ length: 2_048 }, () => commit('c', true, 'bo')) })).toBeUndefined()
    expect(read({ repository: { full_name: 'acme/shop' } })).toBeUndefined()
    expect(read({ after: '0'.repeat(40) })).toBeUndefined()
    expect(readGitHubEvent('push', push)).toMatchObject({ push: { at: expect.stringMatching(/Z$/) } })
  })

  it('of a check says of which commit, and nothing that would have to be believed', () => {
    const [check] = payloadsOf('check_run')
    const [suite] = payloadsOf('check_suite')
    const [status] = payloadsOf('status')
    const sha = Object(check?.['check_run']).head_sha
    expect(readGitHubEvent('check_run', check)).toEqual({ kind: 'check', sha })
    expect(readGitHubEvent('check_suite', suite)).toEqual({
      kind: 'check',
      sha: Object(suite?.['check_suite']).head_sha,
    })
    expect(readGitHubEvent('status', status)).toEqual({ kind: 'check', sha: status?.['sha'] })
  })

  it('of a run says which, under which title, and how it stands', () => {
    const [payload] = payloadsOf('workflow_run')
    const { id, status, conclusion, head_sha: sha } = Object(payload?.['workflow_run'])
    expect(readGitHubEvent('workflow_run', payload)).toMatchObject({ kind: 'run', runId: id, status, conclusion, sha })
  })

  const protection = (over: object = {}) => ({
    action: 'requested',
    environment: 'production',
    event: 'push',
    sha: 'a'.repeat(40),
    ref: 'refs/heads/main',
    deployment_callback_url: 'https://api.github.com/repos/acme/shop/actions/runs/42/deployment_protection_rule',
    ...over,
  })

  it('of a protection rule says the run, whatever address it is to be answered at', () => {
    const asked = {
      kind: 'protection',
      runId: 42,
      environment: 'production',
      sha: 'a'.repeat(40),
      ref: 'refs/heads/main',
    }
    expect(readGitHubEvent('deployment_protection_rule', protection())).toEqual(asked)
    const elsewhere = 'https://evil.example/actions/runs/42/deployment_protection_rule'
    expect(readGitHubEvent('deployment_protection_rule', protection({ deployment_callback_url: elsewhere }))).toEqual(
      asked,
    )
    const told = { sha: undefined, ref: undefined, deployment: { sha: 'b'.repeat(40), ref: 'main' } }
    expect(readGitHubEvent('deployment_protection_rule', protection(told))).toMatchObject({
      ...{ sha: 'b'.repeat(40), ref: 'refs/heads/main' },
    })
  })

  it('that cannot be answered, or is of another kind, leads to nothing', () => {
    expect(
      readGitHubEvent('deployment_protection_rule', protection({ deployment_callback_url: 'https://x/' })),
    ).toBeNull()
    expect(readGitHubEvent('deployment_protection_rule', protection({ action: 'reviewed' }))).toBeNull()
    expect(readGitHubEvent('deployment_protection_rule', protection({ sha: undefined }))).toBeNull()
    for (const name of ['star', 'constructor', '__proto__', '']) expect(readGitHubEvent(name, {})).toBeNull()
  })

  it.each([
    ['push', {}],
    ['workflow_run', { workflow_run: { id: 'x' } }],
    ['check_run', { check_run: { head_sha: 'main' } }],
    ['status', { sha: 1 }],
    ['deployment_protection_rule', { action: 1 }],
  ])('of %s that is none is refused', (name, payload) =>
    expect(() => itemsOf(name, payload)).toThrow(/expected what GitHub/),
  )
})

test('the digest of a delivery is of its name and bytes, so that another id makes it no other one', () => {
  const [payload] = payloadsOf('ping')
  const factOf = (name: string, body: object, id: string) =>
    itemsOf(name, body, id).find(({ sink }) => sink === 'github')
  const [first, again, other] = [
    factOf('ping', payload ?? {}, 'a'),
    factOf('ping', payload ?? {}, 'b'),
    factOf('ping', {}, 'a'),
  ]
  const digests = [first, again, other].map(item => (item?.sink === 'github' ? item.fact.digest : ''))
  expect(digests[0]).toBe(digests[1])
  expect(digests[0]).not.toBe(digests[2])
})
