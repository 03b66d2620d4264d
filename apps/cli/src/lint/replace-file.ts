import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'

/** Writes a file whole or not at all, with the rights it has; a link stays one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path)
  const { mode } = await stat(target)
  const fresh = `${target}.${process.pid}.gantry`
  try {
    await writeFile(fresh, text, { flag: 'wx' })
    await chmod(fresh, mode)
    await rename(fresh, target)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
