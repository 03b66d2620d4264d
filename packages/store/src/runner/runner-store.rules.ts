import { type JobState, type Lease, leaseOfJob, type RunnerJob } from '@gantry/core'
import { expect } from 'vitest'
import type { Current, Rules } from '../testing/each-database.ts'

const ttlMs = 60_000
const at = '2026-11-27T10:00:00.000Z'
const job = (id: string, change: Partial<RunnerJob> = {}): RunnerJob => ({
  id,
  project: 'shop',
  runId: 'r1',
  jobId: `job of ${id}`,
  attempt: 1,
  labels: ['ubuntu-latest', 'odd, "label" {}'],
  createdAt: at,
  sealed: 'secret',
  body: { spec: [1, { a: null }] },
  ...change,
})
const state = (id: string): JobState => ({
  id,
  key: id,
  name: id,
  needs: [],
  status: 'in_progress',
  createdAt: at,
  steps: [],
  outputs: {},
  annotations: [],
  attempt: 1,
})

async function claimed({ store: { leases, runners } }: Current, name: string, owner = 'runner-a'): Promise<Lease> {
  const lease = await leases.claim(leaseOfJob({ project: 'shop', id: name }), owner, ttlMs)
  if (!lease || !(await runners.claim(lease))) throw new Error(`${name} could not be claimed`)
  return lease
}

export const runnerRules: Rules = {
  'knows a runner by its token until it is removed, and names belong to one': async ({ store: { runners } }) => {
    const own = { id: 'a', name: 'builder', labels: ['ubuntu-*'], isOwn: false }
    await runners.save(own, 'hash-1')
    expect(await runners.byToken('hash-1')).toMatchObject({ ...own, lastSeenAt: null, version: null })
    await runners.seen('a', { version: '1.2', about: 'linux', labels: ['gpu'] })
    expect(await runners.list()).toMatchObject([{ id: 'a', labels: ['gpu'], version: '1.2', about: 'linux' }])
    expect([await runners.label('a', ['gpu', 'big']), await runners.label('nobody', [])]).toEqual([true, false])
    expect(await runners.byToken('hash-1')).toMatchObject({ labels: ['gpu', 'big'] })
    expect((await runners.list())[0]?.lastSeenAt).toMatch(/^20\d\d-/)
    await expect(runners.save({ ...own, id: 'b' }, 'hash-2')).rejects.toMatchObject({ code: 'RUNNER_NAME_TAKEN' })
    await runners.save(own, 'hash-3')
    expect(await runners.byToken('hash-1')).toBeNull()
    expect([await runners.remove('a'), await runners.remove('a')]).toEqual([true, false])
    expect(await runners.byToken('hash-3')).toBeNull()
  },

  'queues a job once, the oldest first, and gives it to one runner': async current => {
    const { runners, leases } = current.store
    await runners.enqueue(job('late', { createdAt: '2026-11-27T10:00:05.000Z' }))
    await runners.enqueue(job('early'))
    await runners.enqueue(job('early', { labels: [] }))
    expect((await runners.queued(10)).map(({ id, labels }) => [id, labels])).toEqual([
      ['early', job('early').labels],
      ['late', job('late').labels],
    ])
    const lease = await claimed(current, 'early')
    expect(await runners.jobs(['early', 'nothing'])).toMatchObject([
      {
        id: 'early',
        jobId: 'job of early',
        state: 'claimed',
        runnerId: 'runner-a',
        version: lease.version,
        reported: null,
      },
    ])
    expect(await runners.claimed()).toMatchObject([{ id: 'early', runnerId: 'runner-a' }])
    await leases.release(lease)
    const again = await leases.claim(leaseOfJob(job('early')), 'runner-b', ttlMs)
    if (!again) throw new Error('a free lease was refused')
    expect(await runners.claim(again)).toBeNull()
    await leases.release(again)
    await runners.end('early', 'lost')
    await runners.end('late', 'done')
  },

  'keeps what a runner reports, in order and once, until another has the job': async current => {
    const { runners, runs, leases } = current.store
    await runners.enqueue(job('told'))
    const lease = await claimed(current, 'told')
    const line = (seq: number, text = `line ${seq}`) => ({ seq, step: 1, at, text })
    await runners.report(lease, { job: state('told'), lines: [line(1), line(2)] })
    await runners.report(lease, { lines: [line(2, 'again'), line(3)] })
    const jobId = job('told').jobId
    expect(await runs.log('shop', 'r1', jobId, { after: 0, limit: 9 })).toEqual([line(1), line(2), line(3)])
    await leases.release(lease)
    await expect(runners.report(lease, { lines: [line(4)] })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(await runs.log('shop', 'r1', jobId, { after: 3, limit: 9 })).toEqual([])
    expect(await runners.jobs(['told'])).toMatchObject([{ reported: state('told'), state: 'claimed' }])
    await runners.end('told', 'lost')
  },

  'takes the last word of a job once, and forgets its secrets with it': async current => {
    const { runners, leases } = current.store
    await runners.enqueue(job('ends'))
    const lease = await claimed(current, 'ends')
    const done = { ...state('ends'), status: 'completed' as const, conclusion: 'success' as const }
    await runners.report(lease, { job: done, end: 'done' })
    await expect(runners.report(lease, { job: state('ends') })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(await runners.jobs(['ends'])).toMatchObject([{ state: 'done', reported: done }])
    expect([await runners.end('ends', 'lost'), await runners.cancel('ends', 'why')]).toEqual([false, false])
    expect(await runners.pruneJobs('2026-01-01T00:00:00.000Z')).toBe(0)
    expect(await runners.pruneJobs('2999-01-01T00:00:00.000Z')).toBeGreaterThan(0)
    expect(await runners.jobs(['ends'])).toEqual([])
    await leases.release(lease)
  },

  'cancels what waits at once, and what runs by a word to its runner': async current => {
    const { runners } = current.store
    await runners.enqueue(job('waits'))
    await runners.enqueue(job('runs'))
    await claimed(current, 'runs')
    expect([await runners.cancel('waits', 'stop'), await runners.cancel('runs', 'stop')]).toEqual([true, true])
    expect(await runners.jobs(['waits'])).toMatchObject([{ state: 'returned' }])
    expect(await runners.claimed()).toMatchObject([{ id: 'runs', cancelledBecause: 'stop' }])
    expect(await runners.queued(10)).toEqual([])
    await runners.end('runs', 'done')
  },
}
