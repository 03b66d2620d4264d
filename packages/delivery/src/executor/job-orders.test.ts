import type { Deployment, DeploymentFacts, DeployStep, StepOutcome } from '@gantry/core'
import { describe, expect, test } from 'vitest'
import type { BoundService } from '../providers/bound-service.ts'
import { memoryLeases } from '../testing/memory-leases.ts'
import { VirtualTime } from '../testing/virtual-time.ts'
import { jobOrders } from './job-orders.ts'
import { usualJobTimes } from './until-given-up.ts'

const place = { project: 'tiny', environment: 'staging' }
const step: DeployStep = {
  ...{ id: 'web.ship', service: 'web', kind: 'ship', phase: 'switch', undoable: true, summary: 'ship web' },
  ...{ status: 'running', startedAt: null, finishedAt: null, detail: null },
}
const done: StepOutcome = { ok: true, detail: 'shipped' }

/** The orders of one deployment, in time that passes by itself. */
function opened(kind: 'deploy' | 'rollback' = 'deploy', state: Deployment['state'] = 'deploying') {
  const time = new VirtualTime()
  const summoned: string[] = []
  const progress: unknown[] = []
  let refusal: string | null = null
  const refuse = (why: string) => {
    refusal = why
  }
  const deployment = { ...place, id: 'd1', kind }
  const orders = jobOrders({
    leases: memoryLeases(time.nowMs),
    deployments: { get: async (_project, id) => (id === 'd1' ? ({ ...deployment, state } as Deployment) : null) },
    clock: time.clock(),
    times: usualJobTimes,
    isStopping: () => false,
    async summon({ id }) {
      if (refusal !== null) throw new Error(refusal)
      summoned.push(`${id} at ${(time.nowMs() - began) / 1_000} s`)
    },
    log: () => {},
  })
  const began = time.nowMs()
  const work = { deployment, facts: {} as DeploymentFacts, config: {}, answers: () => ({}), addresses: () => ({}) }
  const { executor, close } = orders.open(work)
  const ask = (act: 'perform' | 'undo') => {
    const asked: { outcome: StepOutcome | null } = { outcome: null }
    const hear = async (...said: unknown[]) => void progress.push(said)
    void executor.carryOut({ act, service: 'web', step }, {} as BoundService, hear).then(outcome => {
      asked.outcome = outcome
    })
    return asked
  }
  const job = (owner: string) => ({ project: 'tiny', deployment: 'd1', owner })
  const attend = async (owner: string) => ({ ...job(owner), ...(await orders.attend(job(owner))) })
  const passed = () => (time.nowMs() - began) / 1_000
  return { time, orders, refuse, ask, attend, job, close, summoned, progress, passed }
}

describe('a job', () => {
  test('gets the order that waits, says how far it is, and its outcome is the answer', async () => {
    const t = opened()
    const asked = t.ask('perform')
    const job = await t.attend('job 1')
    expect(await t.orders.next(job)).toMatchObject({
      kind: 'order',
      handed: { name: 'perform web.ship', order: { step } },
    })
    const answer = { id: 'dpl_1' }
    expect(await t.orders.renew(job, { name: 'perform web.ship', text: 'half', answer })).toEqual({
      name: 'perform web.ship',
    })
    await t.orders.report(job, 'perform web.ship', done)
    await t.time.until(() => asked.outcome !== null)
    expect(asked.outcome).toEqual(done)
    expect(t.progress).toEqual([['half', answer]])
    t.close()
  })

  test('is told to wait while there is nothing, gets at once what comes, and learns of the end', async () => {
    const t = opened('deploy', 'failed')
    const job = await t.attend('job 1')
    let told: unknown = null
    const next = () => void t.orders.next(job).then(answer => (told = answer))
    next()
    await t.time.until(() => told !== null)
    expect([told, t.passed()]).toEqual([{ kind: 'wait' }, usualJobTimes.askWaitMs / 1_000])
    told = null
    next()
    await new Promise(setImmediate)
    t.ask('undo')
    await new Promise(setImmediate)
    expect(told).toMatchObject({ kind: 'order', handed: { name: 'undo web.ship' } })
    await t.orders.report(job, 'undo web.ship', done)
    t.close()
    expect(await t.orders.next(job)).toEqual({ kind: 'ended' })
    await expect(t.attend('job 2')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  })

  test('is alone: another one is refused until its lease is over, and then it is the one that is refused', async () => {
    const t = opened()
    const asked = t.ask('undo')
    const first = await t.attend('job 1')
    await expect(t.attend('job 2')).rejects.toMatchObject({ code: 'DEPLOYMENT_ATTENDED', message: /job 1/ })
    await t.time.until(() => t.passed() >= usualJobTimes.ttlMs / 1_000)
    const second = await t.attend('job 2')
    const late = { code: 'LEASE_LOST' }
    await expect(t.orders.next(first)).rejects.toMatchObject(late)
    await expect(t.orders.renew(first)).rejects.toMatchObject(late)
    await expect(t.orders.report(first, 'undo web.ship', done)).rejects.toMatchObject(late)
    expect(asked.outcome).toBeNull()
    // A version is a number that can be guessed: it is good for its own job only, and for its own deployment.
    await expect(t.orders.renew({ ...second, owner: 'job 3' })).rejects.toMatchObject(late)
    await expect(t.orders.renew({ ...second, deployment: 'd2' })).rejects.toMatchObject(late)
    await t.orders.report(second, 'undo web.ship', done)
    await t.time.until(() => asked.outcome !== null)
  })

  test('answers an order once: what it says of another one is dropped', async () => {
    const t = opened()
    const asked = t.ask('perform')
    const job = await t.attend('job 1')
    await t.orders.report(job, 'perform web.other', done)
    await t.orders.renew(job, { name: 'perform web.other', text: 'half' })
    await new Promise(setImmediate)
    expect([asked.outcome, t.progress]).toEqual([null, []])
  })
})

describe('without a job', () => {
  test('a deployment fails within a minute, and starts no workflow', async () => {
    const t = opened()
    const asked = t.ask('perform')
    await t.time.until(() => asked.outcome !== null)
    expect(asked.outcome).toMatchObject({ ok: false, why: 'no job of staging came to carry it out' })
    expect([t.passed(), t.summoned]).toEqual([usualJobTimes.attendWithinMs / 1_000, []])
  })

  test('a rollback starts the workflow that undoes, and fails when its job never comes', async () => {
    const t = opened('rollback')
    const asked = t.ask('perform')
    await t.time.until(() => asked.outcome !== null)
    expect(t.summoned).toEqual(['d1 at 10 s'])
    expect(asked.outcome).toMatchObject({ ok: false })
    expect(t.passed()).toBe(910)
  })

  test('an undo is never given up: the workflow is started again until its job is there', async () => {
    const t = opened()
    const asked = t.ask('undo')
    await t.time.until(() => t.summoned.length === 3)
    expect(t.summoned).toEqual(['d1 at 10 s', 'd1 at 910 s', 'd1 at 1810 s'])
    expect(t.progress[0]).toEqual(['waits for the job of rollback.yml, which was started'])
    const job = await t.attend('job 1')
    await t.orders.report(job, 'undo web.ship', done)
    await t.time.until(() => asked.outcome !== null)
    expect(asked.outcome).toEqual(done)
  })

  test('that no workflow could be started is seen beside the step', async () => {
    const t = opened('rollback')
    t.refuse('no .github/workflows/rollback.yml on main')
    t.ask('perform')
    await t.time.until(() => t.progress.length > 0)
    const why = 'rollback.yml could not be started: no .github/workflows/rollback.yml on main'
    expect(t.progress).toEqual([[`waits for a job, and ${why}`]])
  })

  test('one that has ended is gone at once, and nobody else with it', async () => {
    const t = opened()
    const asked = t.ask('perform')
    await t.attend('job 1')
    await t.orders.leave({ project: 'tiny', owner: 'job 2' })
    await t.time.until(() => t.passed() >= 20)
    expect(asked.outcome).toBeNull()
    await t.orders.leave({ project: 'tiny', owner: 'job 1' })
    await t.time.until(() => asked.outcome !== null)
    expect(asked.outcome).toMatchObject({ ok: false, why: 'the job that carried it out is gone' })
    expect(t.passed()).toBeLessThanOrEqual(20 + usualJobTimes.lookEveryMs / 1_000)
  })

  test('one that was there and is silent for as long as its lease lasts is gone', async () => {
    const t = opened()
    const asked = t.ask('perform')
    await t.attend('job 1')
    await t.time.until(() => asked.outcome !== null)
    expect(asked.outcome).toMatchObject({ ok: false, why: 'the job that carried it out is gone' })
    expect(t.passed()).toBe(46)
  })
})
