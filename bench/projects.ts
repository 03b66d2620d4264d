import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { type Benchmark, median, seconds } from './row.ts'

const projects = 50
const idleMs = 10_000

/**
 * Fifty projects that nobody asks for. A team of fifty people has about that many; a server for them should start as one for
 * one project does, and cost a small machine (1 GB, one core) next to nothing while nothing happens.
 */
export const benchmark: Benchmark = {
  name: 'projects',
  async measure() {
    const env = { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'project-1' }
    const first = await startGantry({ env })
    const { home } = first
    const before = await idle(first)
    for (let n = 2; n <= projects; n++) await first.api('POST', '/api/v1/projects', { name: `project-${n}` })
    await first.stop()
    const started: number[] = []
    for (let round = 0; round < 2; round++) {
      const again = await startGantry({ home, env })
      started.push(again.readyAfterMs)
      await again.stop()
    }
    const server = await startGantry({ home, env })
    const after = await idle(server)
    const asked: number[] = []
    for (let round = 0; round < 5; round++) {
      const at = performance.now()
      await server.api('GET', '/api/v1/projects')
      asked.push(performance.now() - at)
    }
    await server.stop()
    const each = (after.megabytes - before.megabytes) / (projects - 1)
    return [
      row('start, warm, until ready', median(started), 5_000),
      row('the list of all, at a glance (median of 5)', median(asked), 500),
      {
        what: 'memory of each, while nothing happens',
        measured: `${each.toFixed(1)} MB`,
        target: '< 2 MB',
        isMet: each < 2,
      },
      {
        what: 'one core, while nothing happens (with one project)',
        measured: `${after.percent.toFixed(0)} % (${before.percent.toFixed(0)} %)`,
        target: '< 25 %',
        isMet: after.percent < 25,
      },
    ]
  },
}

const row = (what: string, ms: number, targetMs: number) => ({
  what: `${projects} projects: ${what}`,
  measured: seconds(ms),
  target: `< ${seconds(targetMs)}`,
  isMet: ms < targetMs,
})

/** Once it has settled. Read from /proc: of Linux, where servers run. */
async function idle({ process: { pid } }: RunningGantry): Promise<{ megabytes: number; percent: number }> {
  await sleep(idleMs)
  const before = ticks(pid)
  await sleep(idleMs)
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  // Ticks are hundredths of a second.
  return { megabytes: kilobytes / 1024, percent: ((ticks(pid) - before) * 1_000) / idleMs }
}

const ticks = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}
