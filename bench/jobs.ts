import { RunnerBench } from '../apps/server/src/testing/runner-bench.ts'
import { type Benchmark, median } from './row.ts'

const rounds = 9
const steps = 40

/** Jobs that a runner in a process of its own takes over HTTP, each of steps that do nothing. */
export const benchmark: Benchmark = {
  name: 'jobs through a runner',
  async measure() {
    const bench = await RunnerBench.open()
    try {
      await bench.child(['bench'], { sandbox: 'auto' })
      // The first one waits for the runner to start.
      await timed(() => bench.start(workflowOf(1)).done)
      const one = await times(() => bench.start(workflowOf(1)).done)
      const many = await times(() => bench.start(workflowOf(1 + steps)).done)
      const perStep = (many - one) / steps
      return [
        {
          what: 'a job of one empty step, from the queue to its end',
          measured: `${one.toFixed(0)} ms`,
          target: '≤ 300 ms',
          isMet: one <= 300,
        },
        { what: 'each further step', measured: `${perStep.toFixed(1)} ms`, target: '≤ 15 ms', isMet: perStep <= 15 },
      ]
    } finally {
      await bench.close()
    }
  },
}

const workflowOf = (count: number): string =>
  `on: push\njobs:\n  a:\n    runs-on: bench\n    steps:\n${'      - run: "true"\n'.repeat(count)}`

async function times(work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let round = 0; round < rounds; round++) all.push(await timed(work))
  return median(all)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
