import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findViewer } from '../packages/job-cache/src/task/view/viewer.ts'
import { compareWithFresh } from '../packages/job-cache/src/testing/random-scripts.ts'
import type { Benchmark } from './row.ts'

const count = Number(process.env['COUNT'] ?? 10_000)
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000)

/** Random scripts, each with a cache and then without: none may be shown green that would fail now. */
export const benchmark: Benchmark = {
  name: 'job-cache',
  async measure() {
    const home = await mkdtemp(join(tmpdir(), 'gantry-bench-job-cache-'))
    try {
      const viewer = await findViewer(home)
      console.error(`seed ${seed}, ${viewer === undefined ? 'nothing can be hidden' : 'by bubblewrap'}`)
      let said = 0
      const found = await compareWithFresh(
        { seed, count, home, viewer: async () => viewer },
        ({ compared, restored }) => {
          if (compared < said + 500) return
          said = compared
          console.error(`${compared} compared, ${restored} restored`)
        },
      )
      for (const difference of found.differences.slice(0, 10)) console.error(difference)
      const what = `seed ${seed}: ${found.compared} scripts compared with a fresh run, ${found.restored} of them restored`
      return [
        {
          what: `${what}, false greens`,
          measured: `${found.falseGreens.length}`,
          target: '0',
          isMet: found.falseGreens.length === 0,
        },
        {
          what: 'differences of any kind',
          measured: `${found.differences.length}`,
          target: '0',
          isMet: found.differences.length === 0,
        },
      ]
    } finally {
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    }
  },
}
