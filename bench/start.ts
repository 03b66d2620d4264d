import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Line } from '@gantry/core/api'
import { startGantry, until } from '../tools/running-gantry.ts'
import { type Benchmark, median, seconds } from './row.ts'

/** Start-up and the way of the sample to staging, in a fresh data folder with a warm package store. */
export const benchmark: Benchmark = {
  name: 'start',
  async measure() {
    const home = await mkdtemp(join(tmpdir(), 'gantry-bench-'))
    const startedAt = performance.now()
    const first = await startGantry({ home })
    await until(
      () => first.api<Line>('GET', '/api/v1/projects/sitebuilder/line'),
      line => line.environments.some(({ name, current }) => name === 'staging' && current?.state === 'live'),
      240_000,
      'the sample on staging',
    )
    const stagedMs = performance.now() - startedAt
    await first.stop()
    const warm: number[] = []
    for (let round = 0; round < 3; round++) {
      const again = await startGantry({ home })
      warm.push(again.readyAfterMs)
      await again.stop()
    }
    return [
      {
        what: 'start in a fresh data folder, until ready',
        measured: seconds(first.readyAfterMs),
        target: '(none)',
        isMet: true,
      },
      {
        what: 'start, warm, until ready (median of 3)',
        measured: seconds(median(warm)),
        target: '< 3 s',
        isMet: median(warm) < 3_000,
      },
      {
        what: 'sample on staging: push, checks, build, deploy',
        measured: seconds(stagedMs),
        target: '< 60 s',
        isMet: stagedMs < 60_000,
      },
    ]
  },
}
