import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { GantryError } from '@gantry/core'
import { create } from 'tar'

const run = promisify(execFile)

/** The folder that holds the published command, made first when need be. @param dir where it may be made */
export type PackageFolder = (dir: string) => Promise<string>

/**
 * The `gantry` command of this very server, as npm installs it: whoever installs it has the server's version, from the server
 * that also gives out its tokens. A name in a registry could belong to anybody. Packed when it is first asked for; answers
 * the path of the archive.
 */
export function ownPackage(dir: string, folderOf: PackageFolder = packageFolder): () => Promise<string> {
  let packing: Promise<string> | null = null
  return () => {
    packing ??= packed(dir, folderOf).catch(cause => {
      packing = null
      throw cause
    })
    return packing
  }
}

async function packed(dir: string, folderOf: PackageFolder): Promise<string> {
  await mkdir(dir, { recursive: true })
  const file = join(dir, 'gantry.tgz')
  const isOurs = (path: string) => !path.split('/').includes('node_modules')
  const cwd = await folderOf(join(dir, 'built'))
  await create({ cwd, file: `${file}.part`, gzip: true, portable: true, prefix: 'package', filter: isOurs }, ['.'])
  await rename(`${file}.part`, file)
  return file
}

/** A published server lies in its package; a checkout builds it anew, for its sources may have changed; an image brings it built. */
async function packageFolder(dir: string): Promise<string> {
  if (import.meta.filename.endsWith('.mjs')) return import.meta.dirname
  const cli = resolve(import.meta.dirname, '../../../cli')
  if (existsSync(join(cli, 'node_modules/esbuild'))) {
    await run(process.execPath, [join(cli, 'build.ts'), dir], { cwd: cli, maxBuffer: 16 << 20 })
    return dir
  }
  const built = join(cli, 'dist')
  if (existsSync(join(built, 'package.json'))) return built
  throw new GantryError('NOT_FOUND', 'the command was not built beside this server: expected `pnpm build` before it')
}
