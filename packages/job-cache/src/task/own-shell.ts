import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const setting = /script[-_]?shell|shell[-_]?emulator/i

/**
 * Where somebody chose how scripts are run, such as `scriptShell` in pnpm-workspace.yaml: that choice stands.
 * @param folders with a package.json, from the checkout on
 */
export function ownShell(
  workspace: string,
  folders: Iterable<string>,
  env: Record<string, string>,
): string | undefined {
  const variable = Object.keys(env).find(name => /^p?npm_config_/i.test(name) && setting.test(name))
  if (variable !== undefined) return variable
  const home = env['HOME'] ?? homedir()
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config')
  const files = [
    ...[...folders].map(folder => join(workspace, folder, '.npmrc')),
    join(workspace, 'pnpm-workspace.yaml'),
    join(workspace, 'package.json'),
    env['npm_config_userconfig'] ?? env['NPM_CONFIG_USERCONFIG'] ?? join(home, '.npmrc'),
    ...['rc', 'config.yaml'].map(name => join(config, 'pnpm', name)),
    ...['rc', 'config.yaml'].map(name => join(home, 'Library/Preferences/pnpm', name)),
    ...(env['PNPM_HOME'] === undefined ? [] : [join(env['PNPM_HOME'], '.npmrc')]),
  ]
  return files.find(path => existsSync(path) && setting.test(readFileSync(path, 'utf8')))
}
