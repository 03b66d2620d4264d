import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Benchmark, median } from './row.ts'

const run = promisify(execFile)
const command = resolve(import.meta.dirname, '../apps/cli/src/main.ts')
const steps = 40
const rounds = 5
const manySteps = 4_000
const printed = 600_000_000

/** `gantry run` against the same shell commands typed by hand. */
export const benchmark: Benchmark = {
  name: 'runner',
  async measure() {
    const dir = await mkdtemp(join(tmpdir(), 'gantry-bench-'))
    await mkdir(join(dir, '.github/workflows'), { recursive: true })
    await write(dir, 'one.yml', ['true'])
    await write(
      dir,
      'many.yml',
      Array.from({ length: steps }, () => 'true'),
    )
    await write(
      dir,
      'work.yml',
      Array.from({ length: 5 }, () => 'sleep 2'),
    )
    await run('git', ['init', '-q'], { cwd: dir })
    await run('git', ['add', '.'], { cwd: dir })
    await run('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@gantry.example', 'commit', '-qm', 'bench'], {
      cwd: dir,
    })
    const one = await timed(() => gantry(dir, 'one.yml'))
    const many = await timed(() => gantry(dir, 'many.yml'))
    const bare = await timed(() => run(process.execPath, ['-e', '0']))
    const work = await timed(() => gantry(dir, 'work.yml'), 1)
    const hand = await timed(async () => {
      for (let step = 0; step < 5; step++) await run('bash', ['-e', '-c', 'sleep 2'])
    }, 1)
    const perStep = (many - one) / (steps - 1)
    await write(
      dir,
      'thousands.yml',
      Array.from({ length: manySteps }, () => '":"'),
    )
    const thousands = await timed(() => quietly(dir, 'thousands.yml'), 1)
    await write(dir, 'endless.yml', [`yes this is one line of output among very many others | head -c ${printed}`])
    const endless = await quietly(dir, 'endless.yml')
    return [
      {
        what: 'start-up: a job of one empty step, above a bare node',
        measured: `${(one - bare).toFixed(0)} ms`,
        target: '≤ 300 ms',
        isMet: one - bare <= 300,
      },
      { what: 'each further step', measured: `${perStep.toFixed(1)} ms`, target: '≤ 15 ms', isMet: perStep <= 15 },
      {
        what: `one of ${manySteps} steps`,
        measured: `${((thousands - one) / manySteps).toFixed(1)} ms`,
        target: '≤ 15 ms',
        isMet: (thousands - one) / manySteps <= 15,
      },
      {
        what: `a step that prints ${printed / 1_000_000} MB`,
        measured: `${(endless.ms / 1_000).toFixed(0)} s, ${endless.megabytes.toFixed(0)} MB of memory`,
        target: '≤ 60 s, ≤ 400 MB',
        isMet: endless.ms <= 60_000 && endless.megabytes <= 400,
      },
      {
        what: 'five steps of 2 s, whole command',
        measured: `${(work / hand).toFixed(3)} ×`,
        target: '≤ 1.05 × by hand',
        isMet: work / hand <= 1.05,
      },
    ]
  },
}

const gantry = (dir: string, file: string) =>
  run(process.execPath, [command, 'run', `.github/workflows/${file}`, '--event', 'push', '--json'], {
    cwd: dir,
    maxBuffer: 64 << 20,
  })

/** Without its events; answers with the time it took and the most memory it had. */
async function quietly(dir: string, file: string): Promise<{ ms: number; megabytes: number }> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [command, 'run', `.github/workflows/${file}`, '--event', 'push'], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let kilobytes = 0
  const look = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, { encoding: 'utf8' })
    kilobytes = Math.max(kilobytes, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0))
  }, 200)
  await once(child, 'exit')
  clearInterval(look)
  return { ms: performance.now() - startedAt, megabytes: kilobytes / 1_024 }
}

async function timed(work: () => Promise<unknown>, count = rounds): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < count; round++) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

async function write(dir: string, name: string, commands: string[]): Promise<void> {
  const lines = commands.map(text => `      - run: ${text}`).join('\n')
  await writeFile(
    join(dir, '.github/workflows', name),
    `name: ${name}\non: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n${lines}\n`,
  )
}
