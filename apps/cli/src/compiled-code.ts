import { lstatSync, mkdirSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Keeps what was compiled, types already stripped: a second start takes half the time. Node's own place for it is below the
 * folder for temporary files, where another account, such as a job's, may lay down code for this one to run.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv = process.env): void {
  const folder = compiledFolder(env)
  if (folder !== null) module.enableCompileCache?.(folder)
}

/** Null where there is none that nobody else can write to: then each start compiles anew. */
export function compiledFolder(env: NodeJS.ProcessEnv): string | null {
  try {
    const folder = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gantry', 'compiled')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return [folder, dirname(folder)].every(isOwn) ? folder : null
  } catch {
    return null
  }
}

/** A link is not: its mode lets everybody write. */
function isOwn(folder: string): boolean {
  const { uid, mode } = lstatSync(folder)
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o22) === 0)
}
