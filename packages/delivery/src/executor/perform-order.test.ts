import type { DeploymentFacts, DeployStep, StepOutcome } from '@gantry/core'
import { expect, test } from 'vitest'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import { VirtualTime } from '../testing/virtual-time.ts'
import { performOrder } from './perform-order.ts'

const step: DeployStep = {
  ...{ id: 'web.ship', service: 'web', kind: 'ship', phase: 'switch', undoable: true, limitMs: 5_000, summary: '' },
  ...{ status: 'running', startedAt: null, finishedAt: null, detail: null },
}

/** Carries out what that service does, to its end. */
async function ended(act: 'perform' | 'undo' | 'verify', over: Partial<BoundService>) {
  const time = new VirtualTime()
  const log: string[] = []
  let outcome: StepOutcome | null = null
  const carriedOut = performOrder(
    act === 'verify' ? { act, service: 'web', step: null } : { act, service: 'web', step },
    {
      service: { name: 'web', ...over } as BoundService,
      facts: {} as DeploymentFacts,
      clock: time.clock(),
      signal: new AbortController().signal,
      contextOf: async signal => ({ signal }) as StepContext,
      log: line => log.push(line),
    },
  ).then(value => {
    outcome = value
  })
  await time.until(() => outcome !== null)
  await carriedOut
  return { outcome, log, afterMs: time.nowMs() - new VirtualTime().nowMs() }
}

test('a step that never ends is given up at its limit, its signal is aborted, and what it began is cancelled', async () => {
  const heard: string[] = []
  const perform: BoundService['perform'] = (_step, _facts, { signal }) => {
    signal.addEventListener('abort', () => heard.push('aborted'))
    return new Promise(() => {})
  }
  const cancel = async () => void heard.push('cancelled')
  const { outcome, afterMs } = await ended('perform', { perform, cancel })
  expect(outcome).toEqual({ ok: false, why: 'it did not end', afterMs: 5_000, lines: [] })
  expect([heard, afterMs]).toEqual([['aborted', 'cancelled'], 5_000])
})

test('a cancelling that never ends, or fails, is given up as well', async () => {
  const perform = () => new Promise<StepOutcome>(() => {})
  expect(await ended('perform', { perform, cancel: () => new Promise(() => {}) })).toMatchObject({ afterMs: 65_000 })
  const failing = await ended('perform', { perform, cancel: () => Promise.reject(new Error('gone')) })
  expect(failing).toMatchObject({ outcome: { ok: false }, afterMs: 5_000 })
  expect(failing.log.join()).toContain('could not be cancelled: Error: gone')
})

test('a provider that throws is a failed step in one sentence; all of it is in the log', async () => {
  const undo = () => Promise.reject(new Error('no such machine\nat the vendor'))
  const { outcome, log } = await ended('undo', { undo })
  expect(outcome).toMatchObject({ ok: false, why: 'no such machine', lines: ['at the vendor'] })
  expect(log.join()).toContain('undo web.ship: Error: no such machine')
})

test('a look at what was done may take as long as the longest step, and two minutes at least', async () => {
  const verify = () => new Promise<StepOutcome>(() => {})
  const planning = (limitMs: number) => ({ verify, plan: () => [{ ...step, limitMs }] })
  expect(await ended('verify', planning(1_800_000))).toMatchObject({ outcome: { ok: false }, afterMs: 1_800_000 })
  expect(await ended('verify', planning(5_000))).toMatchObject({ outcome: { ok: false }, afterMs: 120_000 })
})
