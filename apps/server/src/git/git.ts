import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface GitOptions {
  cwd: string
  env?: Record<string, string>
  input?: string
  /** The output as it came, for texts whose lines are counted. */
  isWhole?: boolean
}

/** Standard output of `git …`, trimmed. Rejects with git's own words. The caller's GIT_* variables are not passed on. */
export async function git(args: string[], { cwd, env = {}, isWhole = false }: GitOptions): Promise<string> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  const { stdout } = await run('git', args, {
    cwd,
    env: { ...clean, ...env, GIT_TERMINAL_PROMPT: '0' },
    maxBuffer: 64 << 20,
  })
  return isWhole ? stdout : stdout.trim()
}

/** Whether a git that can be used is on the PATH. */
export async function hasGit(): Promise<boolean> {
  return run('git', ['--version']).then(
    () => true,
    () => false,
  )
}
