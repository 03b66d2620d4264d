import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { GantryError } from '@gantry/core'
import { type checkEnv, type EnvironmentNames, namesRead, readEnvExample } from '@gantry/core/env'

type EnvFacts = Parameters<typeof checkEnv>[0]

const code = /\.([cm]?[jt]sx?|vue|svelte|astro)$/
const notOurs = /(^|\/)(node_modules|dist|build|\.next|coverage|fixtures)\//
const test = /(\.|\/)(test|spec)\.[cm]?[jt]sx?$|(^|\/)(tests?|__tests__|testing|e2e|bench)\//
const envFile = /(^|\/)\.env(\.[\w-]+)*$/

/** Every `.env.example` of the repository; the check is made for each with the files beside and below it. */
export const examplesIn = (files: Iterable<string>): string[] =>
  [...files].filter(path => posix.basename(path) === '.env.example' && !notOurs.test(path)).sort()

/**
 * @param example path of the `.env.example`; it answers for its folder, without the folders that have their own
 * @param environments names some environment has, from whatever source
 * @throws GantryError ENV_EXAMPLE_MISSING
 */
export async function envFacts(
  top: string,
  files: ReadonlySet<string>,
  tracked: ReadonlySet<string>,
  example: string,
  environments: readonly EnvironmentNames[],
): Promise<EnvFacts> {
  if (!files.has(example)) {
    throw new GantryError('ENV_EXAMPLE_MISSING', `expected ${example} in ${top}`, { example })
  }
  const { variables, faults } = readEnvExample(await readFile(join(top, example), 'utf8'))
  const own = [...files].filter(path => isOwn(path, example, files))
  const texts = await Promise.all(own.filter(isText).map(async path => ({ path, text: await textOf(join(top, path)) })))
  const words = new Set(texts.flatMap(({ text }) => text.match(/[A-Za-z_]\w*/g) ?? []))
  return {
    examplePath: example,
    variables,
    exampleFaults: faults,
    read: texts.filter(({ path }) => isRead(path)).flatMap(({ path, text }) => namesRead(text, path)),
    isMentioned: name => words.has(name),
    environments,
    trackedEnvFiles: own.filter(path => tracked.has(path) && envFile.test(path)),
  }
}

function isOwn(path: string, example: string, files: ReadonlySet<string>): boolean {
  if (notOurs.test(path) || path === example) return false
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const nearest = posix.join(folder, '.env.example')
    if (files.has(nearest)) return nearest === example
    if (folder === '.') return false
  }
}

const isRead = (path: string): boolean => (code.test(path) && !test.test(path)) || /^\.github\/.+\.ya?ml$/.test(path)

/** Where a name may be mentioned: all but data and documents. */
const isText = (path: string): boolean => !/\.(md|svg|png|jpe?g|gif|ico|woff2?|lock|snap|pdf)$|lock\.yaml$/.test(path)

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'EISDIR', 'ELOOP'].includes(String(cause.code)))
      return ''
    throw cause
  })
}
