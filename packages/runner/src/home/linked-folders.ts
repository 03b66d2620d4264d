import { existsSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What package managers fetched and compare with a digest each time they use it: nobody can slip another job something. */
const checkedDownloads = ['.npm/_cacache', '.yarn/berry/cache']

/** Programs and the like under the name of their version, which are used as they lie there. */
const downloads = [
  '.cache/gantry/pnpm',
  '.cache/pnpm',
  '.cache/yarn',
  '.bun/install/cache',
  '.cache/node/corepack/v1',
  '.cache/node-gyp',
  '.cache/ms-playwright',
  '.cache/Cypress',
  '.cache/puppeteer',
  '.cache/prisma',
  '.cache/electron',
  '.cache/deno',
  '.cache/pip',
  '.cache/uv',
  '.cache/go-build',
  '.cargo/registry',
  '.cargo/git',
  'go/pkg/mod',
  '.m2/repository',
]

/** Where macOS keeps some of them. */
const downloadsOfMac = ['ms-playwright', 'Cypress', 'Yarn', 'pip', 'deno', 'go-build', 'electron', 'node-gyp'].map(
  name => `Library/Caches/${name}`,
)

/** Programs that are found by way of the home folder, and what they need to start. */
const programs = [
  '.rustup',
  '.nvm',
  '.volta',
  '.asdf',
  '.pyenv',
  '.rbenv',
  '.sdkman',
  '.proto',
  '.fnm',
  '.local/share/fnm',
  '.local/share/mise',
  '.docker/contexts',
  '.docker/cli-plugins',
  '.docker/run',
  '.colima',
  '.orbstack',
]

/**
 * Links from a job's home to folders that all jobs share: those of the person where they are there, else ones that are
 * kept for jobs alone.
 * @param kept the folder of the latter; without it a job fetches into its own home, which costs time and nothing else
 * @param isOfStrangers jobs that must not do anything to one another share only what is checked
 * @param isOther jobs have an account of their own, and cannot add to what is the person's
 * @returns what is still to be made, with the rights of the job
 */
export async function linkFolders(
  home: string,
  env: Record<string, string>,
  kept: string | undefined,
  { isOfStrangers, isOther }: { isOfStrangers: boolean; isOther: boolean },
): Promise<string[]> {
  const trusted = process.platform === 'darwin' ? [...downloads, ...downloadsOfMac] : downloads
  const shared = isOfStrangers ? checkedDownloads : [...checkedDownloads, ...trusted]
  const toMake: string[] = []
  for (const path of shared) {
    const own = isOther ? undefined : placeOf(path, env)
    const target = own ?? (kept === undefined ? undefined : join(kept, path))
    if (target === undefined) continue
    if (isOther) toMake.push(target)
    else await mkdir(target, { recursive: true })
    await link(join(home, path), target)
  }
  for (const path of programs) {
    const target = placeOf(path, env)
    if (target !== undefined) await link(join(home, path), target)
  }
  return toMake
}

/** Those of the person that jobs of a sandbox are to see: what they may add to, and what they may only read. */
export function sharedOf(env: Record<string, string>): { changeable: string[]; shown: string[] } {
  const there = (paths: readonly string[]): string[] =>
    paths.map(path => placeOf(path, env)).filter(path => path !== undefined)
  return { changeable: there(checkedDownloads), shown: there(programs) }
}

/** Where the person has such a folder, if they have one. */
function placeOf(path: string, { HOME: person, XDG_CACHE_HOME: cache }: Record<string, string>): string | undefined {
  if (person === undefined) return undefined
  const place = cache && path.startsWith('.cache/') ? join(cache, path.slice('.cache/'.length)) : join(person, path)
  return existsSync(place) ? place : undefined
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await symlink(target, path)
}
