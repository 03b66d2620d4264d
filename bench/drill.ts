import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { startReceiver } from '../e2e/receiver.ts'
import { startGantry } from '../tools/running-gantry.ts'
import type { Benchmark, Row } from './row.ts'
import { approved, liveIn } from './sample-line.ts'

const run = promisify(execFile)

/** `gantry drill bad-release` on a running sample, with a pager that fails at first. */
export const benchmark: Benchmark = {
  name: 'drill',
  async measure() {
    const receiver = await startReceiver()
    const env = {
      SLACK_WEBHOOK_URL: `${receiver.url}/slack`,
      PAGERDUTY_URL: `${receiver.url}/pagerduty`,
      PAGERDUTY_ROUTING_KEY: 'b'.repeat(32),
    }
    const gantry = await startGantry({ env })
    try {
      await liveIn(gantry, 'staging')
      await approved(gantry, 'production')
      const main = resolve(import.meta.dirname, '../apps/cli/src/main.ts')
      const { stdout } = await run(process.execPath, [main, 'drill', 'bad-release', '--json'], {
        env: { ...process.env, GANTRY_HOME: gantry.home, GANTRY_URL: gantry.url },
        maxBuffer: 64 << 20,
      })
      const result = JSON.parse(stdout) as { durationsMs: Record<string, number>; targets: Record<string, number> }
      return Object.entries(result.durationsMs).map(([what, ms]): Row => {
        const target = result.targets[what]
        return {
          what: `drill: ${what}`,
          measured: `${(ms / 1000).toFixed(1)} s`,
          target: target ? `< ${target / 1000} s` : '(none)',
          isMet: target === undefined || ms < target,
        }
      })
    } finally {
      await gantry.stop()
      await receiver.stop()
    }
  },
}
