import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, pack } from 'tar-stream'
import { findFiles } from '../file-glob/find-files.ts'

/** The files of a folder as one tar, read while it is sent. */
export function packFolder(folder: string): Readable {
  const packed = pack()
  const addAll = async (): Promise<void> => {
    for (const file of findFiles(folder, ['.'])) {
      const { size } = await stat(file)
      const entry = packed.entry({ name: relative(folder, file).split(sep).join('/'), size, mode: 0o644 })
      await pipeline(createReadStream(file), entry)
    }
    packed.finalize()
  }
  addAll().catch(cause => packed.destroy(cause instanceof Error ? cause : new Error(String(cause))))
  return Readable.from(packed)
}

/**
 * Takes the plain files out of such a tar. What it says of links, devices and places outside of the folder is refused: it may
 * come from anybody.
 */
export async function unpackInto(tar: Readable, folder: string): Promise<void> {
  const unpacked = extract()
  await mkdir(folder, { recursive: true })
  const take = async (): Promise<void> => {
    for await (const entry of unpacked) {
      const { name, type } = entry.header
      if (type === 'directory') entry.resume()
      else if (type === 'file') {
        const to = placeIn(folder, name)
        await mkdir(dirname(to), { recursive: true })
        await pipeline(entry, createWriteStream(to, { mode: 0o644 }))
      } else throw new Error(`expected plain files in the archive, got ${type} ${name}`)
    }
  }
  await Promise.all([pipeline(tar, unpacked), take()])
}

function placeIn(folder: string, name: string): string {
  const to = join(folder, name)
  const way = relative(folder, to)
  if (way !== '' && !way.startsWith('..') && !name.includes('\0')) return to
  throw new Error(`expected names of files inside of the archive, got ${JSON.stringify(name)}`)
}
