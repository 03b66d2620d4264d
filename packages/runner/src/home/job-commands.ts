import { accessSync, constants } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/**
 * `corepack enable` puts its programs beside the first `corepack` on PATH, which on most machines is a folder of the
 * system. So that of a job is one of its own, which starts the machine's.
 */
export async function writeCorepack(bin: string, path: string): Promise<void> {
  const found = programOn(path, 'corepack')
  if (found !== undefined) await writeCommand(join(bin, 'corepack'), found)
}

/** A program under another path. A link would not do: what looks for files beside itself would look in the wrong folder. */
export async function writeCommand(path: string, program: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // A link that a job put there would lead the words elsewhere.
  await rm(path, { force: true })
  const text = `#!/bin/sh\nexec '${program.replaceAll("'", "'\\''")}' "$@"\n`
  await writeFile(path, text, { mode: 0o755, flag: 'wx' })
}

/** The first of that name on a PATH. */
export function programOn(path: string, name: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
