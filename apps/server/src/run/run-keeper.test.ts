import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GantryError, type JobState, type LogLine, noJobValues, type RunState, type RunStore } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLiveHub } from '../live/live-hub.ts'
import { until } from '../testing/control-plane.ts'
import { jobsElsewhere } from '../testing/jobs-elsewhere.ts'
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
    appendLog: async (_project, _run, _job, more) => void lines.push(...more),
    log: async () => lines,
    count: async () => ({ total: all.size, newer: 0 }),
    choices: async () => ({ workflows: [], branches: [], authors: [], events: [] }),
    ...{ clearLog: async () => undefined, lastLine: async () => lines.length, pushers: async () => [] },
  }
}

function keeping(text: string, over: Partial<RunStore> = {}) {
  const runs = memoryRuns()
  const errors: string[] = []
  const completed: string[] = []
  const faults: string[] = []
  const faultsAfter: string[] = []
  const textFaults: string[] = []
  const undecided: (() => void)[] = []
  const executing = new Map<string, Promise<JobState>>()
  let id = 0
  const open = () =>
    new RunKeeper({
      project: 'p',
      runs: Object.assign(runs, over),
      live: createLiveHub(0),
      async workflowText() {
        const fault = textFaults.shift()
        if (fault) throw new Error(fault)
        return text
      },
      executor: (hear, leave) =>
        jobsElsewhere(
          {
            workDir: join(dir, 'work'),
            source: { checkout: async () => undefined },
            artifactsDir: join(dir, 'artifacts'),
            cacheDir: join(dir, 'cache'),
            toolDir: join(dir, 'tools'),
            env: { PATH: process.env['PATH'] ?? '' },
            extraPath: [],
            vars: () => ({}),
            valuesFor: async () => noJobValues,
            approve: async () => 'approved',
            on: hear,
            now: () => new Date(),
          },
          { leave, faults, executing },
        ),
      values: async () => ({ vars: () => ({}), valuesFor: async () => noJobValues }),
      async approve() {
        const meanwhile = undecided.shift()
        meanwhile?.()
        return meanwhile ? 'waiting' : 'approved'
      },
      revokeTokens: async () => undefined,
      runsAtOnce: 2,
      async onCompleted(run) {
        completed.push(run.id)
        const fault = faultsAfter.shift()
        if (fault) throw new Error(fault)
      },
      now: () => new Date(),
      newId: () => `run-${++id}`,
      log: { error: (_facts, message) => void errors.push(message) },
    })
  const reached = (run: string, status: RunState['status']) =>
    until(
      async () => runs.all.get(run),
      found => found?.status === status,
      `${run} is ${status}`,
    )
  const working = (run: string) => reached(run, 'in_progress')
  const ended = (run: string) => reached(run, 'completed')
  return { runs, errors, completed, faults, faultsAfter, textFaults, undecided, open, working, ended }
}
const request: RunRequest = {
  ...{ workflowPath: '.github/workflows/ci.yml', event: 'push', payload: {}, inputs: {}, ref: 'refs/heads/main' },
  ...{ sha: 'a'.repeat(40), actor: 'Kim', title: 'A commit', author: 'Kim' },
}

test('a run that our own fault broke ends red and says whose fault it was; its group goes on', async () => {
  const { errors, faults, open, ended } = keeping(file('echo hello', 'concurrency: one\n'))
  faults.push('the machine is gone')
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

test('a stop leaves the run, and what is executed of it, to the next start, which joins it', async () => {
  const done = join(dir, 'done')
  const { runs, completed, open, working, ended } = keeping(file(`echo once >> ${done}; sleep 0.5`))
  const keeper = open()
  const { id } = await keeper.start(request)
  await working(id)
  await until(
    async () => runs.all.get(id)?.jobs[0]?.status,
    status => status === 'in_progress',
    'the job began',
  )
  await keeper.stop()
  expect(runs.all.get(id)?.status).toBe('in_progress')
  expect(completed).toEqual([])
  const next = open()
  await next.resume()
  expect(await ended(id)).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 1 }] })
  await next.stop()
  expect(readFileSync(done, 'utf8')).toBe('once\n')
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

test('a run whose turn comes while it is being cancelled does not begin', async () => {
  let reading = () => {}
  const isRead = new Promise<void>(done => {
    reading = done
  })
  const { runs, completed, open, ended } = keeping(file('sleep 0.3'))
  const read = runs.get
  const keeper = open()
  const [first, , last] = [await keeper.start(request), await keeper.start(request), await keeper.start(request)]
  let isSlow = true
  runs.get = async (project, id) => {
    const run = await read(project, id)
    if (id === last.id && isSlow) {
      isSlow = false
      await isRead
    }
    return run
  }
  const cancelled = keeper.cancel(last.id)
  await ended(first.id)
  // Its turn has come by now: the machine is free.
  await new Promise(done => setTimeout(done, 100))
  reading()
  expect(await cancelled).toMatchObject({ conclusion: 'cancelled' })
  await new Promise(done => setTimeout(done, 500))
  expect(runs.all.get(last.id)).toMatchObject({ conclusion: 'cancelled' })
  expect(runs.all.get(last.id)?.jobs[0]?.startedAt).toBeUndefined()
  await keeper.stop()
  expect(completed.filter(id => id === last.id)).toHaveLength(1)
})

test('a run that could not be cancelled keeps its turn, also when the machine became free meanwhile', async () => {
  const { runs, open, ended } = keeping(file('sleep 0.2'))
  const save = runs.save
  const keeper = open()
  const others = [await keeper.start(request), await keeper.start(request)]
  const last = await keeper.start(request)
  runs.save = async (project, run) => {
    if (run.id !== last.id || run.conclusion !== 'cancelled') return save(project, run)
    for (const { id } of others) await ended(id)
    await new Promise(done => setTimeout(done, 100))
    throw new Error('the disk is full')
  }
  await expect(keeper.cancel(last.id)).rejects.toThrow('the disk is full')
  expect(await ended(last.id)).toMatchObject({ conclusion: 'success' })
  await keeper.stop()
})

test('a run is cancelled once, however often and whenever it is asked for', async () => {
  const { completed, open, working, ended } = keeping(file('sleep 5'))
  const keeper = open()
  const { id } = await keeper.start(request)
  await working(id)
  const answers = await Promise.all([keeper.cancel(id, 'no need'), keeper.cancel(id), keeper.cancel(id)])
  for (const answer of answers) expect(answer).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  const noted = await ended(id)
  const notes = noted?.jobs[0]?.annotations.filter(({ level }) => level === 'notice')
  expect(notes).toEqual([{ level: 'notice', message: 'cancelled: no need' }])
  expect(await keeper.cancel(id, 'once more')).toEqual(noted)
  await keeper.stop()
  expect(completed).toEqual([id])
})

test('a run that is over stays as it ended when it is cancelled', async () => {
  const { open, ended } = keeping(file('true'))
  const keeper = open()
  const { id } = await keeper.start(request)
  const before = await ended(id)
  expect(await keeper.cancel(id, 'too late')).toEqual(before)
  await keeper.stop()
})

test('a run that is asked for again while it works is looked at again, and one that waits only once', async () => {
  const { runs, completed, open, ended } = keeping(file('sleep 0.2'))
  const keeper = open()
  const { id } = await keeper.start(request)
  for (let i = 0; i < 5; i++) keeper.proceed(id)
  await ended(id)
  await keeper.stop()
  expect(completed).toEqual([id])
  expect(runs.all.get(id)).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 1 }] })
})

test('a decision that comes while the run is still told to wait for it wakes the run', async () => {
  const text = file('true').replace('    runs-on', '    environment: production\n    runs-on')
  const { undecided, open, ended } = keeping(text)
  const keeper = open()
  undecided.push(() => keeper.proceed('asks'))
  await keeper.start({ ...request, id: 'asks' })
  expect(await ended('asks')).toMatchObject({ conclusion: 'success' })
  await keeper.stop()
})

test('a run nobody knows any more does not stop those behind it', async () => {
  const { errors, open, ended } = keeping(file('true'))
  const keeper = open()
  keeper.proceed('forgotten')
  const { id } = await keeper.start(request)
  expect(await ended(id)).toMatchObject({ conclusion: 'success' })
  await keeper.stop()
  expect(errors).toEqual(['run could not be carried out', 'a run could not be ended'])
})

test('a superseded run that could not be ended is told of, and the newer one has its turn all the same', async () => {
  const { runs, errors, open, ended } = keeping(file('sleep 0.3', 'concurrency: one\n'))
  const save = runs.save
  const keeper = open()
  const first = await keeper.start(request)
  const second = await keeper.start(request)
  runs.save = async (project, run) => {
    if (run.id === second.id && run.conclusion === 'cancelled') throw new Error('the disk is full')
    return save(project, run)
  }
  const third = await keeper.start(request)
  for (const { id } of [first, second, third]) expect(await ended(id)).toMatchObject({ conclusion: 'success' })
  expect(errors).toEqual(['a superseded run could not be ended'])
  await keeper.stop()
})

test('a start takes up what crashed in the middle, and those of its group one after the other', async () => {
  const { runs, completed, open, ended } = keeping(file('sleep 0.2', 'concurrency: one\n'))
  const died = open()
  await died.stop()
  const [first, second] = [await died.start(request), await died.start(request)]
  const crashed = runs.all.get(first.id)
  if (crashed) runs.all.set(first.id, { ...crashed, status: 'in_progress', startedAt: crashed.createdAt })
  const next = open()
  await next.resume()
  const [before, after] = [await ended(first.id), await ended(second.id)]
  await next.stop()
  expect([before?.conclusion, after?.conclusion]).toEqual(['success', 'success'])
  expect(Date.parse(after?.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before?.completedAt ?? ''))
  expect(completed).toEqual([first.id, second.id])
})

test('a file that cannot be read leaves a red run behind, whatever its concurrency says', async () => {
  const { completed, open } = keeping(file('true', 'concurrency: one\n').replace('runs-on', 'runs-onn'))
  const keeper = open()
  const run = await keeper.start(request)
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' })
  expect(run.jobs[0]?.annotations[0]).toMatchObject({ title: 'WORKFLOW_INVALID', file: request.workflowPath })
  expect(completed).toEqual([run.id])
})

test.each([
  ['run-name', 'run-name: "${{ fromJSON(\'{\') }}"\n'],
  ['concurrency', 'concurrency: "${{ fromJSON(\'{\') }}"\n'],
  ['concurrency', 'concurrency: { group: a, cancel-in-progress: "${{ fromJSON(\'{\') }}" }\n'],
])('a run whose %s cannot be evaluated is red, with its reason', async (field, more) => {
  const { errors, completed, open } = keeping(file('true', more))
  const keeper = open()
  const run = await keeper.start(request)
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure', title: 'A commit' })
  expect(run.jobs).toMatchObject([
    { annotations: [{ title: 'WORKFLOW_INVALID', message: expect.stringMatching(`ci.yml: ${field} ".*JSON`) }] },
  ])
  expect([errors, completed]).toEqual([[], [run.id]])
  await keeper.stop()
})

test('a run whose file cannot be had is red, with what failed', async () => {
  const { errors, textFaults, open } = keeping(file('true'))
  textFaults.push('git was killed')
  const keeper = open()
  const run = await keeper.start(request)
  expect(run).toMatchObject({
    conclusion: 'failure',
    jobs: [{ annotations: [{ title: 'INTERNAL', message: expect.stringContaining('git was killed') }] }],
  })
  expect(errors).toEqual(['a run could not be planned'])
  await keeper.stop()
})

test('a run that was told to be at fault is red and says so', async () => {
  const { open } = keeping(file('true'))
  const fault = new GantryError('INTERNAL', 'ci.yml could not be looked at: odd')
  const run = await open().start({ ...request, fault })
  expect(run.jobs).toMatchObject([{ annotations: [{ message: expect.stringContaining('looked at: odd') }] }])
})

test('one unfinished run that cannot be lined up does not keep the others from going on', async () => {
  const faults: string[] = []
  const { runs, errors, open, ended } = keeping(file('true', 'concurrency: ${{ github.actor }}\n'))
  const { unfinished } = runs
  runs.unfinished = async project => {
    const fault = faults.shift()
    if (fault) throw new Error(fault)
    return unfinished(project)
  }
  const stopped = open()
  await stopped.stop()
  await stopped.start({ ...request, actor: 'Ann' })
  const second = await stopped.start({ ...request, actor: 'Bob' })
  faults.push('', 'the database was away')
  const keeper = open()
  await keeper.resume()
  expect(await ended(second.id)).toMatchObject({ conclusion: 'success' })
  expect(errors).toContain('a run could not be lined up')
  await keeper.stop()
})
