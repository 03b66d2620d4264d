import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RunnerBench } from '../testing/runner-bench.ts'

let bench: RunnerBench
beforeAll(async () => {
  bench = await RunnerBench.open()
}, 180_000)
afterAll(() => bench.close())

const patience = { timeout: 120_000 }
const labelled = (label: string, run: string) => `on: push
jobs:
  a:
    runs-on: [self-hosted, ${label}]
    steps: [{ run: '${run}' }]
`
const file = (name: string) => join(bench.dir, name)

test('a job goes to a runner that has all of its labels, and waits for one when there is none', patience, async () => {
  const plain = await bench.runner(['self-hosted', 'plain'])
  const run = bench.start(labelled('gpu', 'echo done by $RUNNER_NAME'))
  await expect
    .poll(async () => (await bench.store.runners.queued(9)).map(({ labels }) => labels), patience)
    .toEqual([['self-hosted', 'gpu']])
  expect(run.latest().jobs[0]?.status).toBe('queued')
  const gpu = await bench.runner(['self-hosted', 'GPU'])
  expect(await run.done).toMatchObject({ conclusion: 'success' })
  expect(bench.ended.at(-1)).toMatchObject({ runnerId: gpu.id })
  await Promise.all([plain.stop(), gpu.stop()])
})

test('a run that is left is joined by the next server, without its job beginning again', patience, async () => {
  const runner = await bench.runner(['joined'])
  const text = labelled('x', `echo x >> ${file('once')}; while [ ! -e ${file('on')} ]; do sleep 0.05; done`).replace(
    '[self-hosted, x]',
    'joined',
  )
  const first = bench.start(text)
  await expect.poll(() => first.latest().jobs[0]?.status, patience).toBe('in_progress')
  first.leave.abort()
  const state = await first.done
  expect(state.status).toBe('in_progress')
  const second = bench.start(text, { state })
  writeFileSync(file('on'), '')
  expect(await second.done).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 1 }] })
  expect(readFileSync(file('once'), 'utf8')).toBe('x\n')
  await runner.stop()
})

test('a job that takes its runner down time and again fails, and says so', patience, async () => {
  const runner = await bench.runner(['fragile'])
  const run = bench.start(labelled('x', 'sleep 20').replace('[self-hosted, x]', 'fragile'))
  for (let attempt = 1; attempt <= 3; attempt++) {
    await expect.poll(async () => (await bench.jobsOf(runner))[0]?.attempt, patience).toBe(attempt)
    await bench.service.loseJobsOf(runner.id)
  }
  const { jobs } = await run.done
  expect(jobs).toMatchObject([{ conclusion: 'failure', annotations: [{ level: 'failure' }] }])
  expect(jobs[0]?.annotations[0]?.message).toContain('the runner of this job was gone 3 times')
  await runner.stop()
})

test('of two runners that ask at once, one gets a job', patience, async () => {
  const both = await Promise.all([bench.runner(['twice']), bench.runner(['twice'])])
  const text = `on: push
jobs:
  a:
    runs-on: twice
    strategy: { matrix: { leg: [1, 2, 3, 4] } }
    steps: [{ run: 'echo $\{{ matrix.leg }} >> ${file('legs')}' }]
`
  expect(await bench.start(text).done).toMatchObject({ conclusion: 'success' })
  const done = readFileSync(file('legs'), 'utf8').trim().split('\n')
  expect(done.toSorted()).toEqual(['1', '2', '3', '4'])
  await Promise.all(both.map(each => each.stop()))
})

test(
  'a job for another system waits for a runner that has its label, and an expression or a group asks for labels, too',
  patience,
  async () => {
    const runsOn = (value: string) => labelled('x', 'true').replace('[self-hosted, x]', value)
    const mac = bench.start(runsOn('macos-latest'))
    const group = bench.start(runsOn('{ group: builders, labels: [big] }'))
    const made = bench.start(runsOn(`$\{{ fromJSON('["self-hosted", "windows-2025"]') }}`))
    const asked = async () =>
      (await bench.store.runners.queued(9)).map(({ labels }) => labels.toSorted().join(' ')).toSorted()
    await expect.poll(asked, patience).toEqual(['big builders', 'macos-latest', 'self-hosted windows-2025'])
    const labels = ['macos-*', 'windows-*', 'self-hosted', 'big', 'builders']
    const runner = await bench.runner(labels)
    for (const run of [mac, group, made]) expect(await run.done).toMatchObject({ conclusion: 'success' })
    await runner.stop()
  },
)
