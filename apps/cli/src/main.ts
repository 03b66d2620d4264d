#!/usr/bin/env node
import { nodeTooOld } from './node-version.ts'

// Everything else is imported afterwards: an old Node must be able to read this file and say what is wrong.
const tooOld = nodeTooOld(process.versions.node)
if (tooOld === null) {
  const { keepCompiledCode } = await import('./compiled-code.ts')
  keepCompiledCode()
  const { processHost, leave } = await import('./host.ts')
  const { runProgram } = await import('./program.ts')
  await leave(await runProgram(process.argv.slice(2), processHost()))
} else {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: tooOld })}\n`)
  else process.stderr.write(`error ${tooOld.code}  ${tooOld.message}\nhint: ${tooOld.hint}\n`)
  process.exitCode = 3
}
