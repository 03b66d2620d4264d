import { existsSync, readdirSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { JobFolders } from '../job/job-folders.ts'
import type { Machine } from '../run/machine.ts'
import { systemGitConfig, writeGitSettings } from './git-settings.ts'
import { programOn, writeCorepack } from './job-commands.ts'
import { linkFolders } from './linked-folders.ts'
import { withStore } from './pnpm-store.ts'
import { pythonPath, writePythonSettings } from './python.ts'
import { readSettings, writeSettings } from './settings-files.ts'

/**
 * Furnishes the home folder of a job, which makes up for the machine that GitHub throws away after each: settings are
 * copies, downloads are shared, and whatever a job installs or sets for "its machine" is gone with it. That of a job that
 * goes on where it stood is left as it is.
 * @returns folders that jobs of a project share, for one with an account of its own to make
 */
export async function makeJobHome({ home, bin, npmPrefix, root }: JobFolders, machine: Machine): Promise<string[]> {
  if (readdirSync(home).length > 0) return []
  const { env, cacheDir, sandbox } = machine
  const isAlone = sandbox?.user?.isShared === false
  const kept = await made(isAlone ? join(home, '.downloads') : join(cacheDir, 'downloads'))
  const isOfStrangers = sandbox !== undefined
  await writeSettings(home, withStore(readSettings(env), env, root, kept, isOfStrangers))
  const [shared] = await Promise.all([
    linkFolders(home, env, kept, { isOfStrangers, isOther: sandbox?.user !== undefined }),
    writeGitSettings(home, env),
    writePythonSettings(home),
    writeCorepack(bin, env.PATH ?? ''),
    copyGlobalNpmrc(npmPrefix, env),
  ])
  return shared
}

/** What the processes of a job find instead of the machine's own. */
export function homeEnv({ home, npmPrefix }: JobFolders): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    npm_config_prefix: npmPrefix,
    PNPM_HOME: pnpmHome(home),
    GIT_CONFIG_SYSTEM: systemGitConfig(home),
    PYTHONPATH: pythonPath(home),
  }
}

/** Folders for PATH, after those that steps add: where a job's own installs go. */
export function homePath({ home, bin, npmPrefix }: JobFolders): string[] {
  return [
    join(npmPrefix, 'bin'),
    bin,
    join(home, '.local/bin'),
    join(home, '.cargo/bin'),
    join(pnpmHome(home), 'bin'),
    pnpmHome(home),
  ]
}

/** The machine's variables that name folders of its own home. */
export const isOfHome = (name: string): boolean =>
  name === 'HOME' || name === 'PNPM_HOME' || /^XDG_(CONFIG|DATA|CACHE|STATE|BIN)_HOME$/.test(name)

const pnpmHome = (home: string): string => join(home, '.local/share/pnpm')

async function made(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true })
    return folder
  } catch {
    // Not to be written to: then nothing is kept there.
    return undefined
  }
}

/** npm looks for the settings of the whole machine below its prefix, which is the job's. */
async function copyGlobalNpmrc(npmPrefix: string, { PATH = '' }: Record<string, string>): Promise<void> {
  const npm = programOn(PATH, 'npm')
  const beside = npm === undefined ? [] : [join(dirname(npm), '../etc/npmrc')]
  const found = [...beside, '/usr/local/etc/npmrc', '/usr/etc/npmrc', '/etc/npmrc'].find(path => existsSync(path))
  if (found === undefined) return
  await mkdir(join(npmPrefix, 'etc'), { recursive: true })
  await copyFile(found, join(npmPrefix, 'etc/npmrc'))
}
