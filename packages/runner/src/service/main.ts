import { text } from 'node:stream/consumers'
import { GantryError } from '@gantry/core/errors'
import type { RunnerSettings } from './runner-settings.ts'
import { startRunner } from './start-runner.ts'

/**
 * The runner that a server starts by itself. What it is to know, its token too, comes by the standard input: its environment and
 * its command line hold nothing, for others can read them.
 */
async function main(): Promise<void> {
  const settings = JSON.parse(await text(process.stdin)) as RunnerSettings
  const say = (line: string): void => console.log(`${new Date().toISOString()} ${line}`)
  const runner = await startRunner(settings, { say, now: () => new Date() })
  const stop = (): void => void runner.stop()
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', stop)
  say(`ended: ${await runner.ended}`)
  process.exit(0)
}

main().catch((cause: unknown) => {
  console.error(cause instanceof GantryError ? `error ${cause.code}  ${cause.message}\nhint: ${cause.hint}` : cause)
  process.exit(cause instanceof GantryError ? cause.exitCode : 3)
})
