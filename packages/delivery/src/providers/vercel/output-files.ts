import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { VercelSettings } from './settings.ts'

/** A file of a deployment, as Vercel knows it: by the SHA-1 of its bytes. */
export interface OutputFile {
  /** Below the root of the deployment, with `/`. */
  file: string
  sha: string
  size: number
  /** As `stat` says it: what a link is, and what may be executed, is told by it. */
  mode: number
  bytes(): Promise<Uint8Array>
}

const root = '.vercel/output'

/**
 * The files of a prebuilt deployment, in the layout of Vercel's Build Output API: the artifact as `vercel build` left it, or a
 * folder of plain files with the routes that the settings ask for.
 */
export async function outputFiles(
  folder: string,
  { static: plain }: Pick<VercelSettings, 'static'>,
  addressOf: (service: string) => string | null,
): Promise<OutputFile[]> {
  const below = plain ? `${root}/static` : root
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found.filter(each => !each.isDirectory()).map(each => join(each.parentPath, each.name))
  const files: OutputFile[] = []
  // One after the other: a framework leaves thousands, more than may be open at once.
  for (const path of paths.sort()) {
    const name = relative(folder, path).split(sep).join('/')
    const { mode } = await lstat(path)
    files.push(await fileOf(`${below}/${name}`, mode, () => contentOf(path, mode)))
  }
  if (!plain) return files
  const config = new TextEncoder().encode(JSON.stringify(routesOf(plain, addressOf)))
  return [await fileOf(`${root}/config.json`, ordinary, async () => config), ...files]
}

/** Whether the folder is what `vercel build` leaves. */
export const isBuildOutput = (files: readonly OutputFile[]): boolean =>
  files.some(({ file }) => file === `${root}/config.json`)

const ordinary = 0o100644
const linkMode = 0o120000

/** A link is sent as one: functions of a framework share their code by links. */
const contentOf = async (path: string, mode: number): Promise<Uint8Array> =>
  (mode & 0o170000) === linkMode ? new TextEncoder().encode(await readlink(path)) : readFile(path)

async function fileOf(file: string, mode: number, bytes: () => Promise<Uint8Array>): Promise<OutputFile> {
  const content = await bytes()
  return { file, sha: createHash('sha1').update(content).digest('hex'), size: content.byteLength, mode, bytes }
}

/** https://vercel.com/docs/build-output-api/configuration: routes are tried in this order. */
function routesOf(
  { spa, rewrites }: NonNullable<VercelSettings['static']>,
  addressOf: (service: string) => string | null,
): object {
  const rewritten = Object.entries(rewrites).map(([pattern, service]) => {
    const address = addressOf(service)
    if (address === null) throw new Error(`${pattern} leads to ${service}, which has no address yet`)
    return {
      src: `^${pattern.split('*').map(escaped).join('(.*)')}$`,
      dest: `${new URL(address).origin}${withPlaces(pattern)}`,
    }
  })
  return {
    version: 3,
    routes: [...rewritten, { handle: 'filesystem' }, ...(spa ? [{ src: '^/(.*)$', dest: '/index.html' }] : [])],
  }
}

/** `/api/*` leads to `/api/$1`. */
const withPlaces = (pattern: string): string =>
  pattern.split('*').reduce((before, part, place) => `${before}$${place}${part}`)

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
