import type { Stream } from '../host.ts'
import type { Progress } from './progress.ts'

/** One JSON object a line: the runner's events as they are. */
export const jsonProgress = (stdout: Stream): Progress => ({
  hear(event) {
    stdout.write(`${JSON.stringify(event)}\n`)
  },
  pause() {},
  resume() {},
  end() {},
})
