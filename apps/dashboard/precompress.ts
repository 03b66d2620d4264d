import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const worth = /\.(?:js|css|html|svg|json|txt|map)$/
/** Below that a header costs more than the packing saves. */
const smallest = 1_024

const packings = [
  ['.br', (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
  ['.gz', (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 })],
] as const

/** Writes each text file of the build twice more, packed: once here as well as it can be, instead of at each request. */
export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true })
      const files = entries.filter(entry => entry.isFile() && worth.test(entry.name))
      await Promise.all(files.map(entry => pack(join(entry.parentPath, entry.name))))
    },
  }
}

async function pack(path: string): Promise<void> {
  const bytes = await readFile(path)
  if (bytes.length < smallest) return
  await Promise.all(
    packings.map(async ([ending, packed]) => {
      const smaller = await packed(bytes)
      if (smaller.length < bytes.length) await writeFile(path + ending, smaller)
    }),
  )
}
