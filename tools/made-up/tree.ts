import { appendFile, cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { root } from '../command.ts'
import type { MadeUpAdapter } from './adapters.ts'

/** What the made-up adapters can be seen by: the packages that know adapters, and all that is made from them. */
const copied = [
  ...['core', 'config', 'watch', 'delivery', 'ingest'].map(name => `packages/${name}`),
  'apps/cli',
  'tools',
]
/** Not of the sources, or read by tests alone. */
const leftOut = /\/(dist|fixtures|features|__snapshots__)$|\.test\.tsx?$/

/** A copy of the sources with each adapter put in by two edits: its own place, and a line of the registry. */
export async function treeWith(adapters: readonly MadeUpAdapter[]): Promise<{ dir: string; edited: Set<string> }> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-made-up-'))
  for (const path of copied) {
    await cp(join(root, path), join(dir, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: source => !leftOut.test(source),
    })
  }
  await linkPackages(dir)
  const edited = new Set<string>()
  for (const { place, files, registry, line } of adapters) {
    for (const [name, text] of Object.entries(files)) {
      const file = join(dir, place, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    await appendFile(join(dir, registry), `${line}\n`)
    edited.add(place).add(registry)
  }
  return { dir, edited }
}

/** What is not copied is that of the repository, packages of others as well as our own. */
async function linkPackages(dir: string): Promise<void> {
  for (const name of await readdir(join(root, 'packages'))) {
    if (!copied.includes(`packages/${name}`)) await symlink(join(root, 'packages', name), join(dir, 'packages', name))
  }
  const modules = join(dir, 'node_modules')
  await mkdir(join(modules, '@gantry'), { recursive: true })
  await symlink(join(root, 'node_modules/.pnpm'), join(modules, '.pnpm'))
  for (const name of ['config', 'core']) {
    const link = join(modules, '@gantry', name)
    await symlink(relative(dirname(link), join(dir, 'packages', name)), link)
  }
}
