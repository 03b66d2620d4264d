import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs git without anything a hook or a person may have set for another repository. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/' } = process.env
  const env = { PATH, HOME, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  try {
    const { stdout } = await run('git', ['-c', 'safe.directory=*', '-c', 'advice.detachedHead=false', ...args], {
      cwd,
      env,
      maxBuffer: 2 ** 28,
    })
    return stdout
  } catch (error) {
    throw new Error(`git ${args[0]} failed: ${tail(error)}`, { cause: error })
  }
}

/** The last lines of what it said. */
export function tail(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''
  return text === '' && error instanceof Error ? error.message : text.split('\n').slice(-3).join('; ')
}
