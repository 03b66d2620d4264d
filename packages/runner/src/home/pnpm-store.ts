import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Tells every pnpm in a job to use the store of this machine, as settings of the least weight: those of a repository, of
 * the environment and of `pnpm config set` in a job stand above them.
 * @param folder where the job works: files are linked from a store on the same disk only
 * @param kept where downloads of jobs are kept that the person has no folder for
 * @param isOfStrangers then the person's store is not theirs to change: what one slips into it, the person would run
 */
export function withStore(
  settings: ReadonlyMap<string, string>,
  env: Record<string, string>,
  folder: string,
  kept: string | undefined,
  isOfStrangers: boolean,
): Map<string, string> {
  const all = new Map(settings)
  const stores = [...(isOfStrangers ? [] : storeOf(env)), ...(kept === undefined ? [] : [join(kept, 'pnpm-store')])]
  const isNear = (path: string): boolean => deviceOf(path) === deviceOf(folder)
  // As pnpm does it where no other is on the disk.
  const store = stores.find(isNear) ?? join(topOf(folder), '.pnpm-store')
  // Up to 10 it reads the one, from 11 on the other.
  add(all, '.config/pnpm/rc', /^store-dir\s*=/m, `store-dir=${store}\n`)
  add(all, '.config/pnpm/config.yaml', /^(storeDir|store-dir)\s*:/m, `storeDir: ${JSON.stringify(store)}\n`)
  return all
}

function add(settings: Map<string, string>, path: string, known: RegExp, line: string): void {
  const text = settings.get(path) ?? ''
  if (!known.test(text)) settings.set(path, `${text.replace(/([^\n])$/, '$1\n')}${line}`)
}

/** The one that the person's pnpm has, if there is any. */
function storeOf(env: Record<string, string>): string[] {
  const { HOME: home = '/', XDG_DATA_HOME: data, PNPM_HOME: own } = env
  const usual = process.platform === 'darwin' ? join(home, 'Library/pnpm') : join(home, '.local/share/pnpm')
  const store = join(own || (data ? join(data, 'pnpm') : usual), 'store')
  return existsSync(store) ? [store] : []
}

/** Of the path itself, or of where it is going to be made. */
function deviceOf(path: string): number {
  const facts = statSync(path, { throwIfNoEntry: false })
  return facts === undefined ? deviceOf(dirname(path)) : facts.dev
}

/** The highest folder of the same disk that may be written to. */
function topOf(folder: string): string {
  const above = dirname(folder)
  if (above === folder || deviceOf(above) !== deviceOf(folder)) return folder
  try {
    accessSync(above, constants.W_OK)
    return topOf(above)
  } catch {
    return folder
  }
}
