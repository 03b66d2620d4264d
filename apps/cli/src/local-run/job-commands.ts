import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * A folder with the commands every job finds first on its PATH: this `gantry`, the `node` that runs it, and the pnpm
 * that came with it, so that a workflow needs neither the network nor another version for them.
 */
export async function writeJobCommands(dir: string, main: string): Promise<string> {
  await mkdir(dir, { recursive: true })
  const node = quoted(process.execPath)
  await script(join(dir, 'node'), `exec ${node} "$@"`)
  await script(join(dir, 'gantry'), `exec ${node} ${quoted(main)} "$@"`)
  const pnpm = ownPnpm()
  if (pnpm !== null) await script(join(dir, 'pnpm'), `exec ${quoted(pnpm)} "$@"`)
  return dir
}

/** The pnpm that @gantry/workflow depends on; null in a published command that comes without. */
function ownPnpm(): string | null {
  try {
    const workflow = createRequire(import.meta.url).resolve('@gantry/workflow')
    return join(dirname(createRequire(workflow).resolve('pnpm/package.json')), 'pnpm')
  } catch {
    return null
  }
}

async function script(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`)
  await chmod(path, 0o755)
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
