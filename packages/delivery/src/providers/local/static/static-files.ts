import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { hashedName } from '../../hashed-name.ts'

/** A file that may be served, known before anyone asks: a path from outside is only ever looked up, never joined. */
export interface StaticFile {
  file: string
  type: string
  etag: string
  bytes: number
  cacheControl: string
}

export interface StaticFiles {
  /** For a decoded path of a URL: the file itself, `about` for `about.html`, a folder for its `index.html`. */
  at(path: string): StaticFile | null
  /** The file at exactly that path. */
  exactly(path: string): StaticFile | null
}

const types: Record<string, string> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
}

/** Reads a folder of a release once: it does not change while it is served. */
export async function readStaticFiles(root: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>()
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    // Maps of a bundle lead to its sources. They are for those who mend it, who have them from the release.
    if (!entry.isFile() || entry.name.endsWith('.map')) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(root, file).split(sep).join('/')}`
    files.set(path, { file, ...(await fingerprint(file)), type: typeOf(path), cacheControl: cacheControlOf(path) })
  }
  const exactly = (path: string) => files.get(path) ?? null
  const at = (path: string) =>
    exactly(path) ?? exactly(`${path.replace(/\/$/, '')}/index.html`) ?? exactly(`${path}.html`)
  return { at, exactly }
}

const typeOf = (path: string): string => types[extname(path).toLowerCase()] ?? 'application/octet-stream'

function cacheControlOf(path: string): string {
  const isHashed = hashedName.test(path) || /[.-](?=[0-9a-f]*\d)[0-9a-f]{8,}\.\w+$/.test(path)
  return isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
}

async function fingerprint(file: string): Promise<{ etag: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { etag: `"${hash.digest('base64url').slice(0, 22)}"`, bytes }
}
