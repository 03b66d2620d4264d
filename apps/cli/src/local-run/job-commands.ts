import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePnpmCommand } from '@gantry/runner'

/**
 * A folder with the commands every job finds first on its PATH: this `gantry`, the `node` that runs it, and pnpm: the one
 * that came with it, so that a workflow needs no network, unless the repository pins another.
 */
export async function writeJobCommands(dir: string, main: string, toolDir: string): Promise<string> {
  await mkdir(dir, { recursive: true })
  const node = quoted(process.execPath)
  await script(join(dir, 'node'), `exec ${node} "$@"`)
  await script(join(dir, 'gantry'), `exec ${node} ${quoted(main)} "$@"`)
  await writePnpmCommand(join(dir, 'pnpm'), toolDir)
  return dir
}

async function script(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`)
  await chmod(path, 0o755)
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
