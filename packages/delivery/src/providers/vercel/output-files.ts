import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { hashedName } from '../hashed-name.ts'
import { pageEnvPath, pageEnvScript, serviceOfUrlName } from '../page-env.ts'
import type { StepContext } from '../step-context.ts'
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

/** What routes and pages are told about the environment they are deployed to. */
export interface Surroundings extends Pick<StepContext, 'addressOf' | 'env'> {
  environment: string
  release: string
}

/**
 * The files of a prebuilt deployment, in the layout of Vercel's Build Output API: the artifact as `vercel build` left it, or a
 * folder of plain files with the routes that the settings ask for.
 */
export async function outputFiles(
  folder: string,
  { static: plain }: Pick<VercelSettings, 'static'>,
  surroundings: Surroundings,
): Promise<OutputFile[]> {
  const below = plain ? `${root}/static` : root
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const all = found.filter(each => !each.isDirectory()).map(each => join(each.parentPath, each.name))
  const paths = plain ? servedAmong(all) : all
  const files: OutputFile[] = []
  // One after the other: a framework leaves thousands, more than may be open at once.
  for (const path of paths.sort()) {
    const name = relative(folder, path).split(sep).join('/')
    const { mode } = await lstat(path)
    files.push(await fileOf(`${below}/${name}`, mode, () => contentOf(path, mode)))
  }
  if (!plain) return files
  const made = [await written('config.json', JSON.stringify(await routesOf(plain, surroundings)))]
  if (plain.publicEnv.length > 0) {
    const env = await pageEnv(plain.publicEnv, surroundings)
    made.push(await written(`static/${pageEnvPath}`, pageEnvScript(env)))
  }
  // What is made for the environment comes before a file of that name that a build left.
  return [...made, ...files.filter(({ file }) => !made.some(each => each.file === file))]
}

function written(path: string, text: string): Promise<OutputFile> {
  const bytes = new TextEncoder().encode(text)
  return fileOf(`${root}/${path}`, ordinary, async () => bytes)
}

/** Addresses of other services, the release and its environment; all else as the job has it. What is not known is left out. */
async function pageEnv(
  names: readonly string[],
  { addressOf, env, environment, release }: Surroundings,
): Promise<Record<string, string>> {
  const known: Record<string, string> = { SENTRY_ENVIRONMENT: environment, SENTRY_RELEASE: release }
  const told = async (name: string): Promise<string | null> => {
    const service = serviceOfUrlName(name)
    const address = service === null ? null : await addressOf(service)
    return known[name] ?? address ?? env[name] ?? null
  }
  const pairs = await Promise.all(names.map(async name => [name, await told(name)] as const))
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value ? [[name, value]] : [])))
}

/** Vercel packs what it sends by itself; and maps lead to the sources, which are for those who mend, not for visitors. */
function servedAmong(paths: readonly string[]): string[] {
  const known = new Set(paths)
  const isServed = (path: string) => !/\.(?:br|gz)$/.test(path) || !known.has(path.replace(/\.(?:br|gz)$/, ''))
  return paths.filter(path => !path.endsWith('.map') && isServed(path))
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
async function routesOf(
  { spa, rewrites }: NonNullable<VercelSettings['static']>,
  { addressOf }: Pick<Surroundings, 'addressOf'>,
): Promise<object> {
  const rewritten = Object.entries(rewrites).map(async ([pattern, service]) => {
    const address = await addressOf(service)
    if (address === null) throw new Error(`${pattern} leads to ${service}, which has no address yet`)
    return {
      src: `^${pattern.split('*').map(escaped).join('(.*)')}$`,
      dest: `${new URL(address).origin}${withPlaces(pattern)}`,
    }
  })
  return {
    version: 3,
    routes: [
      ...(await Promise.all(rewritten)),
      { src: hashedName.source, headers: { 'cache-control': 'public, max-age=31536000, immutable' }, continue: true },
      { handle: 'filesystem' },
      ...(spa ? [{ src: page, dest: '/index.html' }] : []),
    ],
  }
}

/** A missing script must not be answered with a page: the browser would try to run it. */
const page = '^/(?:(?:.*/)?[^/.]*|.*\\.html)$'

/** `/api/*` leads to `/api/$1`. */
const withPlaces = (pattern: string): string =>
  pattern.split('*').reduce((before, part, place) => `${before}$${place}${part}`)

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
