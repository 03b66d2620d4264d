import { createReadStream } from 'node:fs'
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Objects } from '@gantry/core'

/** Core's `Objects` in a folder, as much of it as artifacts need. */
export function keptFiles(dir: string): Objects {
  const has = (key: string) =>
    access(join(dir, key)).then(
      () => true,
      () => false,
    )
  return {
    async put(key, bytes) {
      const path = join(dir, key)
      await mkdir(dirname(path), { recursive: true })
      const part = `${path}.${crypto.randomUUID()}`
      try {
        await writeFile(part, bytes)
        await rename(part, path)
      } finally {
        await rm(part, { force: true })
      }
      return { bytes: (await stat(path)).size }
    },
    get: async key => ((await has(key)) ? createReadStream(join(dir, key)) : null),
    has,
    async *list(folder) {
      for (const name of await readdir(join(dir, folder), { recursive: true }).catch(() => [])) {
        const found = await stat(join(dir, folder, name))
        if (found.isFile()) yield { key: `${folder}/${name}`, bytes: found.size, keptAt: found.mtime.toISOString() }
      }
    },
    remove: key => rm(join(dir, key), { force: true }),
    removeUnfinished: async () => undefined,
  }
}
