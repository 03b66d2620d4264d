import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

export interface Hidden {
  /** By its real name. */
  folder: string
  /** What people know it by: below the checkout, the same in every job. */
  name: string
  withManifest: boolean
}

/**
 * The folders of a repository to hide: itself, or, when something that is needed lies in it, those at its top in which
 * nothing does.
 */
export function hideAround(folder: string, needed: readonly string[]): Hidden[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  const isNeeded = (path: string): boolean => needed.some(each => each === path || each.startsWith(path + sep))
  const hide = (path: string, name: string): Hidden => ({ folder: path, name, withManifest: false })
  if (!isNeeded(folder)) return [hide(folder, folder)]
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => lstatSync(path).isDirectory() && !isNeeded(path))
    .map(path => hide(path, relative(folder, path)))
}
