#!/usr/bin/env node
import { GantryError } from '@gantry/core'
import { restore } from './backup/restore.ts'
import { readEnvironment } from './environment.ts'
import { startServer } from './start-server.ts'

/** Runs until SIGINT or SIGTERM; then stops everything it started and exits 0. A second signal does not wait. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env, process.cwd())
  const say = (line: string) => console.log(line)
  const [act, path, force] = process.argv.slice(2)
  if (act === 'restore' && path !== undefined) return restore(environment, { path, force: force === '--force', say })
  const starting = startServer(environment, say)
  let isStopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1)
    isStopping = true
    console.log(`${signal}: stopping everything that was started (again to force)`)
    // One that is asked to stop while it starts does so once it stands: half of it could not be stopped in order.
    starting.then(server => server.stop()).then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // Started by `gantry up`: when that is killed, nobody else would stop us.
  if (process.connected) process.on('disconnect', () => stop('SIGTERM'))
  await starting
}

function fail(cause: unknown): never {
  if (cause instanceof GantryError) {
    console.error(`error ${cause.code}  ${cause.message}\nhint: ${cause.hint}`)
    process.exit(cause.exitCode)
  }
  console.error(cause)
  console.error(
    'error INTERNAL  something failed that should not have\nhint: This is a bug in Gantry. Please report it with the lines above.',
  )
  process.exit(3)
}

main().catch(fail)
