import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { RunnerBench } from '../testing/runner-bench.ts'

/** Two runners in processes of their own, with folders of their own, and one job at a time each. */
let bench: RunnerBench
const children = new Map<string, ChildProcess>()

async function runner(name: string): Promise<string> {
  const { id, child } = await bench.child(['both', name], { sandbox: 'auto' })
  children.set(id, child)
  return id
}

beforeAll(async () => {
  bench = await RunnerBench.open()
  const ids = await Promise.all([runner('a'), runner('b')])
  for (const id of ids) await vi.waitUntil(() => bench.isAlive(id), patience)
}, 180_000)
afterAll(() => bench.close())

/** A process starts in a second, and in half a minute on a machine that does ten other things. */
const patience = { timeout: 120_000 }
const jobs = (text: string) => `on: push\njobs:\n${text}`
const one = (label: string, steps: string) => jobs(`  a:\n    runs-on: ${label}\n    steps:\n${steps}`)
const meeting = (name: string) => join(bench.dir, 'meeting', name)
const textOf = (name: string) => (existsSync(meeting(name)) ? readFileSync(meeting(name), 'utf8') : '')

/** The runner that has the job, once the job says that it is under way. */
async function underWay(runId: string, mark: string): Promise<string> {
  await expect.poll(() => textOf(mark), patience).not.toBe('')
  const id = await bench.holderOf(runId)
  if (id === null) throw new Error(`nobody has ${runId}`)
  return id
}

/** Marks that it began, waits for a word, and says so while it lives: at the latest when its test is over. */
function lasting(name: string): string {
  onTestFinished(() => go(name))
  return `      - run: echo before
      - run: |
          echo begun >> ${meeting(name)}
          bash -c 'until [ -e ${meeting(`${name}.go`)} ]; do sleep 0.05; done'
          echo after
`
}
const go = (name: string) => writeFileSync(meeting(`${name}.go`), '')

test(
  'commits, artifacts and caches go from one runner to another that has no disk in common with it',
  patience,
  async () => {
    const cache = (path: string) => `      - uses: actions/cache@v4
        id: cache
        with: { path: ${path}, key: kept-1, restore-keys: kept- }
`
    const text = jobs(`  first:
    runs-on: a
    steps:
      - uses: actions/checkout@v4
${cache('kept')}      - run: test "$HIT" != true && mkdir kept && echo "of the first" > kept/file && cat hello.txt
        env: { HIT: '$\{{ steps.cache.outputs.cache-hit }}' }
      - uses: actions/upload-artifact@v4
        with: { name: built, path: kept }
  second:
    needs: first
    runs-on: b
    steps:
      - uses: actions/checkout@v4
${cache('kept')}      - run: test "$HIT" = true && cat kept/file hello.txt
        env: { HIT: '$\{{ steps.cache.outputs.cache-hit }}' }
      - uses: actions/download-artifact@v4
        with: { name: built, path: got }
      - run: echo "got $(cat got/file)"
`)
    const run = bench.start(text)
    const { conclusion } = await run.done
    const said = await bench.log(run.id, 'second')
    expect(conclusion, [...(await bench.log(run.id, 'first')), ...said].join('\n')).toBe('success')
    expect(said).toEqual(expect.arrayContaining(['of the first', 'hello from the commit', 'got of the first']))
    expect(said.join('\n')).toContain('Cache restored from key: kept-1')
  },
)

test(
  'the job of a runner that is killed is executed by another, never by both, and what it said stays',
  patience,
  async () => {
    const run = bench.start(one('both', lasting('killed')))
    const holder = await underWay(run.id, 'killed')
    await expect.poll(() => bench.log(run.id, 'a'), patience).toContain('before')
    children.get(holder)?.kill('SIGKILL')
    const loseSilent = async () => {
      await bench.service.loseSilent()
      return bench.holderOf(run.id)
    }
    await expect.poll(loseSilent, patience).not.toBe(holder)
    await expect.poll(() => textOf('killed'), patience).toBe('begun\nbegun\n')
    // What the killed one had begun ended with it.
    expect(processesWith(meeting('killed.go'))).toHaveLength(1)
    go('killed')
    expect(await run.done).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 2 }] })
    const said = await bench.log(run.id, 'a')
    expect(said.filter(text => /^(before|after|##.warning)/.test(text))).toEqual([
      'before',
      '##[warning]its runner was gone: the job begins again, attempt 2',
      'before',
      'after',
    ])
    await runner('killed')
  },
)

test(
  'while the server is away a job goes on, and what it says arrives whole, in order and once',
  patience,
  async () => {
    const count = 2_000
    onTestFinished(() => writeFileSync(meeting('away.end'), ''))
    onTestFinished(() => go('away'))
    const steps = `      - run: |
          echo begun | tee ${meeting('away')}
          until [ -e ${meeting('away.go')} ]; do sleep 0.05; done
          for i in $(seq ${count}); do echo "line $i"; done
          echo done > ${meeting('away.done')}
          until [ -e ${meeting('away.end')} ]; do sleep 0.05; done
`
    const run = bench.start(one('both', steps))
    const holder = await underWay(run.id, 'away')
    await bench.closeServer()
    go('away')
    await expect.poll(() => textOf('away.done'), patience).toBe('done\n')
    writeFileSync(meeting('away.end'), '')
    await bench.openServer()
    expect(await run.done).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 1 }] })
    const said = (await bench.log(run.id, 'a')).filter(text => /^(line \d|begun)/.test(text))
    expect(said).toEqual(['begun', ...Array.from({ length: count }, (_, i) => `line ${i + 1}`)])
    expect(bench.ended.at(-1)).toMatchObject({ runnerId: holder })
  },
)

test('a runner that is stopped in order gives its job to another and ends', patience, async () => {
  const run = bench.start(one('both', lasting('stopped')))
  const holder = await underWay(run.id, 'stopped')
  const child = children.get(holder)
  if (!child) throw new Error(`no process of ${holder}`)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  go('stopped')
  expect(await run.done).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 2 }] })
  expect(bench.ended.at(-1)?.runnerId).not.toBe(holder)
  await runner('stopped')
})

test(
  'a runner that is removed ends, what it still says counts for nothing, and another executes its job',
  patience,
  async () => {
    const run = bench.start(one('both', lasting('removed')))
    const holder = await underWay(run.id, 'removed')
    const child = children.get(holder)
    if (!child) throw new Error(`no process of ${holder}`)
    const ended = once(child, 'exit')
    const [job] = await bench.jobsOf({ id: holder })
    await bench.store.runners.remove(holder)
    await bench.service.loseJobsOf(holder)
    const [code] = await ended
    expect(code).not.toBe(0)
    const late = {
      version: job?.version,
      job: { ...run.latest().jobs[0], status: 'completed', conclusion: 'failure' },
      end: 'done',
    }
    const refused = await bench.says(holder, `/jobs/${job?.id}/report`, late)
    expect(refused).toMatchObject({ status: 401, code: 'RUNNER_UNKNOWN' })
    go('removed')
    expect(await run.done).toMatchObject({ conclusion: 'success', jobs: [{ attempt: 2 }] })
    await runner('removed')
  },
)

test('what a runner says of a job that another has by now is refused', patience, async () => {
  const run = bench.start(one('both', lasting('fenced')))
  const holder = await underWay(run.id, 'fenced')
  const [job] = await bench.jobsOf({ id: holder })
  await bench.service.loseJobsOf(holder)
  await expect.poll(() => bench.holderOf(run.id), patience).not.toBeNull()
  const late = {
    version: job?.version,
    lines: [{ seq: 9_999, step: 1, at: new Date().toISOString(), text: 'too late' }],
  }
  expect(await bench.says(holder, `/jobs/${job?.id}/report`, late)).toMatchObject({ code: 'LEASE_LOST' })
  go('fenced')
  expect(await run.done).toMatchObject({ conclusion: 'success' })
  expect(await bench.log(run.id, 'a')).not.toContain('too late')
})

test(
  'the end of a run that is cancelled reaches a runner elsewhere, and what has to be done at the end is done',
  patience,
  async () => {
    const run = bench.start(one('both', `${lasting('cancelled')}      - if: always()\n        run: echo tidied up\n`))
    await underWay(run.id, 'cancelled')
    run.cancel.abort()
    expect(await run.done).toMatchObject({ conclusion: 'cancelled' })
    expect(await bench.log(run.id, 'a')).toContain('tidied up')
    expect(processesWith(meeting('cancelled.go'))).toEqual([])
  },
)

/** Shells that wait for that file. */
const processesWith = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(text))
