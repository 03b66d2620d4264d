import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogLine, RunState, RunStore } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { until } from '../testing/control-plane.ts'
import { RunKeeper, type RunRequest } from './run-keeper.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-keeper-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const file = (run: string, more = '') =>
  `name: ci\non: push\n${more}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`

function memoryRuns(): RunStore & { all: Map<string, RunState>; lines: LogLine[] } {
  const all = new Map<string, RunState>()
  const lines: LogLine[] = []
  return {
    all,
    lines,
    nextNumber: async () => all.size + 1,
    save: async (_project, run) => void all.set(run.id, structuredClone(run)),
    get: async (_project, id) => structuredClone(all.get(id) ?? null),
    list: async () => [...all.values()].toReversed(),
    unfinished: async () => [...all.values()].filter(({ status }) => status !== 'completed'),
    appendLog: async (_run, _job, more) => void lines.push(...more),
    log: async () => lines,
    clearLog: async () => undefined,
  }
}

function keeping(text: string, over: Partial<RunStore> = {}) {
  const runs = memoryRuns()
  const errors: string[] = []
  const completed: string[] = []
  const faults: string[] = []
  const faultsAfter: string[] = []
  let id = 0
  const open = () =>
    new RunKeeper({
      project: 'p',
      runs: { ...runs, ...over },
      live: createLiveHub(0),
      workflowText: async () => text,
      machine: {
        workDir: join(dir, 'work'),
        source: { checkout: async () => undefined },
        artifactsDir: join(dir, 'artifacts'),
        cacheDir: join(dir, 'cache'),
        toolDir: join(dir, 'tools'),
        env: { PATH: process.env['PATH'] ?? '' },
        extraPath: [],
        secrets: () => ({}),
        vars: () => ({}),
      },
      approve: async () => 'approved',
      async tokenFor() {
        const fault = faults.shift()
        if (fault) throw new Error(fault)
        return {}
      },
      async onCompleted(run) {
        completed.push(run.id)
        const fault = faultsAfter.shift()
        if (fault) throw new Error(fault)
      },
      now: () => new Date(),
      newId: () => `run-${++id}`,
      log: { error: (_facts, message) => void errors.push(message) },
    })
  const ended = (run: string) =>
    until(
      async () => runs.all.get(run),
      found => found?.status === 'completed',
      `${run} ended`,
    )
  return { runs, errors, completed, faults, faultsAfter, open, ended }
}
const request: RunRequest = {
  workflowPath: '.github/workflows/ci.yml',
  event: 'push',
  payload: {},
  inputs: {},
  ref: 'refs/heads/main',
  sha: 'a'.repeat(40),
  actor: 'Kim',
  title: 'A commit',
}

test('a run that our own fault broke ends red and says whose fault it was; its group goes on', async () => {
  const { errors, faults, open, ended } = keeping(file('echo hello', 'concurrency: one\n'))
  faults.push('the token could not be made')
  const keeper = open()
  const [first, second] = [await keeper.start(request), await keeper.start(request)]
  const broken = await ended(first.id)
  expect(broken).toMatchObject({ conclusion: 'failure', jobs: [{ id: 'a', conclusion: 'cancelled' }, {}] })
  expect(broken?.jobs.at(-1)).toMatchObject({
    name: 'carry out the run',
    annotations: [{ title: 'INTERNAL', message: expect.stringContaining('run it again') }],
  })
  expect(errors).toEqual(['run could not be carried out'])
  expect(await ended(second.id)).toMatchObject({ conclusion: 'success' })
  const again = await keeper.rerun(first.id)
  expect(await ended(again.id)).toMatchObject({ conclusion: 'success', title: 'A commit', actor: 'Kim' })
  await keeper.stop()
})

test('output that could not be kept does not change how a run ended, nor keep its group waiting', async () => {
  const full = ['the disk is full']
  const { runs, errors, completed, open, ended } = keeping(file('echo hello', 'concurrency: one\n'), {
    async appendLog() {
      const fault = full.shift()
      if (fault) throw new Error(fault)
    },
  })
  const keeper = open()
  const [first, second] = [await keeper.start(request), await keeper.start(request)]
  await ended(second.id)
  expect(runs.all.get(first.id)).toMatchObject({ conclusion: 'success' })
  await keeper.stop()
  expect(completed).toEqual([first.id, second.id])
  expect(errors).toEqual(['run could not be carried out'])
})

test('what follows from a run that ended may fail without the run failing', async () => {
  const { runs, errors, faultsAfter, open, ended } = keeping(file('true', 'concurrency: one\n'))
  faultsAfter.push('the gates could not be judged')
  const keeper = open()
  const [first, second] = [await keeper.start(request), await keeper.start(request)]
  await ended(second.id)
  expect(runs.all.get(first.id)).toMatchObject({ conclusion: 'success' })
  expect(errors).toEqual(['a run could not be ended'])
  await keeper.stop()
})

test('a stop leaves the run to the next start, which ends it', async () => {
  const { runs, completed, open, ended } = keeping(file('sleep 0.5'))
  const keeper = open()
  const { id } = await keeper.start(request)
  await until(
    async () => runs.all.get(id)?.status,
    status => status === 'in_progress',
    'it works',
  )
  await keeper.stop()
  expect(runs.all.get(id)?.status).not.toBe('completed')
  expect(completed).toEqual([])
  const next = open()
  await next.resume()
  expect(await ended(id)).toMatchObject({ conclusion: 'success' })
  await next.stop()
  expect(completed).toEqual([id])
})

test('what does not exist cannot be cancelled or run again', async () => {
  const keeper = keeping(file('true')).open()
  await expect(keeper.cancel('none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(keeper.rerun('none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a cancelled run that waits for its turn never begins', async () => {
  const { runs, completed, open, ended } = keeping(file('sleep 0.3'))
  const keeper = open()
  const shown = await Promise.all([keeper.start(request), keeper.start(request), keeper.start(request)])
  const last = shown[2]?.id ?? ''
  expect(await keeper.cancel(last)).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  for (const { id } of shown) await ended(id)
  expect(runs.all.get(last)).toMatchObject({ conclusion: 'cancelled' })
  expect(runs.all.get(last)?.startedAt).toBeUndefined()
  expect(completed).toHaveLength(3)
  await keeper.stop()
})

test('a file that cannot be read leaves a red run behind, whatever its concurrency says', async () => {
  const { completed, open } = keeping(file('true', 'concurrency: one\n').replace('runs-on', 'runs-onn'))
  const keeper = open()
  const run = await keeper.start(request)
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' })
  expect(run.jobs[0]?.annotations[0]).toMatchObject({ title: 'WORKFLOW_INVALID', file: request.workflowPath })
  expect(completed).toEqual([run.id])
})
