#!/usr/bin/env node
import module from 'node:module'
import { nodeTooOld } from './node-version.ts'

// Everything else is imported afterwards: an old Node must be able to read this file and say what is wrong.
const tooOld = nodeTooOld(process.versions.node)
if (tooOld === null) {
  // Keeps what was compiled, types already stripped: a second start takes half the time.
  module.enableCompileCache?.()
  const { processHost, leave } = await import('./host.ts')
  const { runProgram } = await import('./program.ts')
  await leave(await runProgram(process.argv.slice(2), processHost()))
} else {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: tooOld })}\n`)
  else process.stderr.write(`error ${tooOld.code}  ${tooOld.message}\nhint: ${tooOld.hint}\n`)
  process.exitCode = 3
}
