import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePnpmCommand } from '../actions/pinned-pnpm.ts'

/**
 * A folder with the commands every job finds first on its PATH: `gantry`, the `node` that runs this program, and pnpm.
 * Written anew at each start, for the paths may have moved.
 */
export async function writeOwnCommands(dir: string, toolDir: string, gantryMain: string): Promise<string> {
  await mkdir(dir, { recursive: true })
  await script(join(dir, 'gantry'), `exec ${quoted(process.execPath)} ${quoted(gantryMain)} "$@"`)
  await script(join(dir, 'node'), `exec ${quoted(process.execPath)} "$@"`)
  await writePnpmCommand(join(dir, 'pnpm'), toolDir)
  return dir
}

async function script(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`)
  await chmod(path, 0o755)
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
