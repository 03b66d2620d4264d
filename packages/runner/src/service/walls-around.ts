import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, relative } from 'node:path'
import { actionsFolder } from '../actions/remote/action-store.ts'
import { sharedOf } from '../home/linked-folders.ts'
import type { SandboxWalls } from '../sandbox/walls.ts'

/**
 * What jobs of a sandbox see of this machine: not the folders that are Gantry's, nor the home of the account, but for the
 * programs in it that are found by way of PATH or of version managers, and what package managers fetched.
 * @param gantry the folder of Gantry's own programs, which run at its next start: jobs may read them
 */
export function wallsAround(given: {
  env: Record<string, string>
  hidden: readonly string[]
  gantry: string
}): SandboxWalls {
  const { env, hidden, gantry } = given
  const person = homeOf(env)
  const isHidden = (path: string): boolean =>
    [...hidden, ...person].some(folder => isBelow(realpathOf(path), realpathOf(folder)))
  const { changeable, shown } = sharedOf(env)
  const actions = actionsFolder({ env })
  const onPath = [...(env['PATH'] ?? '').split(delimiter), dirname(process.execPath)].filter(path => path !== '')
  return {
    hidden: [...person, ...hidden],
    shown: [gantry, actions, ...shown, ...onPath].filter(path => existsSync(path) && isHidden(path)),
    changeable,
    readOnly: [gantry, actions],
  }
}

/** Some accounts have none, or the root of all as theirs. */
function homeOf({ HOME }: Record<string, string>): string[] {
  return HOME === undefined || !existsSync(HOME) || realpathSync(HOME) === '/' ? [] : [HOME]
}

const realpathOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path)

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../')
}
