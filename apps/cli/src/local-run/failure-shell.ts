import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { FailedStep } from '@gantry/runner/local'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import type { Progress } from './progress.ts'

/** @throws CalledWrongly when nobody can type into it */
export function checkShell(isAsked: boolean, host: Host, output: Output): void {
  if (!isAsked || (host.isInteractive && !output.isJson)) return
  throw new CalledWrongly('--shell: expected a terminal to type at', 'Leave it out in CI and with --json.')
}

/**
 * A shell where a step failed, with its folder and environment; the job goes on when the person leaves it. One at a time:
 * a second failure waits for the first shell.
 */
export function failureShell(host: Host, output: Output, progress: Progress): (failed: FailedStep) => Promise<void> {
  let tail: Promise<void> = Promise.resolve()
  return failed => {
    tail = tail.then(() => open(failed, host, output, progress))
    return tail
  }
}

async function open(
  { job, step, folder, env }: FailedStep,
  host: Host,
  output: Output,
  progress: Progress,
): Promise<void> {
  progress.pause()
  output.note(`\n${job} › ${step} failed. You are where it failed, with its environment; \`exit\` lets the job go on.`)
  const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
  const prompt = { PS1: `${job} failed $ `, ...(host.env['TERM'] === undefined ? {} : { TERM: host.env['TERM'] }) }
  try {
    await new Promise<void>((done, fail) => {
      const child = spawn(shell, shell.endsWith('bash') ? ['--norc', '-i'] : ['-i'], {
        cwd: folder,
        env: { ...env, ...prompt },
        stdio: 'inherit',
      })
      child.once('error', fail)
      child.once('exit', () => done())
    })
  } finally {
    progress.resume()
  }
}
