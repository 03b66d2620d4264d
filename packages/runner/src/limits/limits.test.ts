import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { findSandbox } from '../sandbox/find-sandbox.ts'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'
import { findControlGroups, openControlGroup, settingsOf } from './control-groups.ts'
import { readLimits, usualLimits } from './job-limits.ts'
import { createLimiter } from './limiter.ts'

test('limits are read with their units; what is left out is as usual, and nonsense is refused with its place', () => {
  expect(readLimits('memory=4g, cpus=1.5 disk=512MB')).toEqual({
    ...usualLimits(),
    memoryBytes: 4 * 2 ** 30,
    cpus: 1.5,
    diskBytes: 512 * 2 ** 20,
  })
  for (const text of ['memory=4', 'memry=4g', 'processes=1', 'cpus=0', 'disk=x', 'disk'])
    expect(() => readLimits(text), text).toThrow(`got "${text}"`)
})

test('groups of both versions are written the same limits in their own words', () => {
  const limits = { memoryBytes: 1_000_000, cpus: 1.5, processes: 64, diskBytes: 1 }
  expect(settingsOf(2, limits)).toEqual({
    memory: [
      ['memory.max', '1000000'],
      ['memory.swap.max', '0'],
    ],
    pids: [['pids.max', '64']],
    cpu: [['cpu.max', '150000 100000']],
  })
  expect(settingsOf(1, limits)).toEqual({
    memory: [['memory.limit_in_bytes', '1000000']],
    pids: [['pids.max', '64']],
    cpu: [
      ['cpu.cfs_period_us', '100000'],
      ['cpu.cfs_quota_us', '150000'],
    ],
  })
  expect(settingsOf(2, { ...limits, cpus: null }).cpu).toEqual([])
})

test('without groups each process holds itself, and the runner says which limits are held', () => {
  const limiter = createLimiter(readLimits('memory=1g,cpus=2,processes=64'), {
    isRoot: false,
    groups: { version: 1, folders: {} },
  })
  expect(limiter.about).toMatch(
    /^memory 1024 MiB each process by prlimit, processes 64 .*, processors 2 not held, disk/,
  )
  const job = limiter.open({ name: 'x', root: tempFolder(), onOver: () => undefined })
  const call = job.within({ command: 'a', args: ['b'], cwd: '/', env: {} })
  expect([call.command, ...call.args].join(' ')).toMatch(/prlimit --data=1073741824 --nproc=64 -- a b$/)
  void job.end()
})

const groups = findControlGroups()
const sandbox = await findSandbox({ hidden: [tempFolder()], shown: [], changeable: [], readOnly: [] })
const limited = async (text: string, job: string) => {
  const limiter = createLimiter(readLimits(text), { isRoot: false, groups })
  const opened: string[] = []
  const open: typeof limiter.open = call => {
    opened.push(`gantry-job-${call.name}`)
    return limiter.open(call)
  }
  const machine = testMachine({ limiter: { ...limiter, open }, ...('open' in sandbox && { sandbox }) })
  return { ...(await runText(oneJob(job), machine)), opened }
}

describe.runIf(groups.folders.pids)('groups of jobs', () => {
  const folder = groups.folders.pids ?? ''
  const pidsOnly = { version: groups.version, folders: { pids: folder } }
  const sleeper = (group: { folders: string[] }) => {
    const child = spawn('/bin/sh', ['-c', `echo 0 > ${group.folders[0]}/cgroup.procs && exec sleep 60`])
    const ended = new Promise(done => child.once('exit', (_, signal) => done(signal)))
    return { child, ended, isIn: () => readFileSync(`${group.folders[0]}/cgroup.procs`, 'utf8').trim() !== '' }
  }

  test('two jobs of one name never end each other’s processes', async () => {
    const [first, second] = [usualLimits(), usualLimits()].map(limits => openControlGroup(pidsOnly, 'same', limits))
    if (!first || !second) throw new Error('no groups')
    const kept = sleeper(second)
    await expect.poll(kept.isIn).toBe(true)
    await first.end()
    expect(kept.child.exitCode ?? kept.child.signalCode).toBeNull()
    await second.end()
    expect(await kept.ended).toBe('SIGKILL')
  })

  test('what a runner that is gone left behind is ended when the next job begins', async () => {
    const gone = spawn('true')
    await new Promise(done => gone.once('exit', done))
    const forsaken = { folders: [join(folder, `gantry-job-left.${gone.pid}.1`)] }
    mkdirSync(forsaken.folders[0] ?? '')
    const left = sleeper(forsaken)
    await expect.poll(left.isIn).toBe(true)
    await openControlGroup(pidsOnly, 'next', usualLimits()).end()
    expect(await left.ended).toBe('SIGKILL')
    await openControlGroup(pidsOnly, 'next', usualLimits()).end()
  })
})

describe('a job that takes what it can', () => {
  test.runIf(groups.folders.memory)(
    'of memory is stopped at its limit, and says so; the next step goes on',
    async () => {
      const greedy = `const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1))`
      const { job, log } = await limited(
        'memory=256m',
        `- run: node -e "${greedy}"\n  continue-on-error: true\n- run: echo alive`,
      )
      expect(job('a').steps.map(({ exitCode }) => exitCode)).toEqual([137, 0])
      expect(log).toContain('alive')
      expect(job('a').annotations.map(({ message }) => message)).toContain(
        'the job reached its limit of memory, 256 MiB',
      )
    },
  )

  test.runIf(groups.folders.pids)('of processes gets no more, and leaves none behind', async () => {
    const mark = `94${process.pid}`
    const bomb = `for i in $(seq 1 500); do sleep ${mark} & done; wait`
    const { log, opened } = await limited(
      'processes=64',
      `- run: timeout 3 bash -c '${bomb}' || true\n- run: echo alive`,
    )
    expect(log).toMatch(/fork: (retry: )?Resource temporarily unavailable/)
    expect(log).toContain('alive')
    expect(opened).toHaveLength(1)
    expect(
      readdirSync(groups.folders.pids ?? '').filter(name =>
        opened.some(own => name.startsWith(`${own}.${process.pid}.`)),
      ),
    ).toEqual([])
  })

  test('of the disk is ended, and what it wrote is gone', async () => {
    const machine = 'dd if=/dev/zero of=big bs=1M count=4000 status=none; sleep 30'
    const { job } = await limited('disk=64m', `- run: ${machine}\n- if: always()\n  run: echo never`)
    expect(job('a').conclusion).toBe('cancelled')
    expect(job('a').annotations[0]?.message).toMatch(/expected the job to take at most 64 MiB of disk: it took \d+ MiB/)
    expect(job('a').steps[1]?.conclusion).not.toBe('success')
  })
})
