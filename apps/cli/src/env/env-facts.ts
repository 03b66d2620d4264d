import { lstat, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { parseEnv } from 'node:util'
import { GantryError } from '@gantry/core'
import {
  type checkEnv,
  type EnvironmentNames,
  exampleFor,
  isForeign,
  isPlaceholder,
  isSecretName,
  longestEnvSource,
  namesRead,
  readEnvExample,
  readsEnvironment,
} from '@gantry/core/env'

type EnvFacts = Parameters<typeof checkEnv>[0]

/** Files with values; `.env.production.example` and its likes are for reading. */
const envFile = /(^|\/)\.env(\.[\w-]+)*$/
const anExample = /\.(example|sample|template|dist|defaults?)(\.|$)/

/** Every `.env.example` of the repository; the check is made for each with the files beside and below it. */
export const examplesIn = (files: Iterable<string>): string[] =>
  [...files].filter(path => posix.basename(path) === '.env.example' && !isForeign(path)).sort()

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
  const own = [...files].filter(
    path => !isForeign(path) && path !== example && exampleFor(path, each => files.has(each)) === example,
  )
  const texts = await Promise.all(own.filter(isText).map(async path => ({ path, text: await textOf(join(top, path)) })))
  const words = new Set(texts.flatMap(({ text }) => text.match(/[A-Za-z_]\w*/g) ?? []))
  const sensitive = new Set(variables.filter(({ isSecret }) => isSecret).map(({ name }) => name))
  const withValues = texts.filter(({ path }) => tracked.has(path) && envFile.test(path) && !anExample.test(path))
  return {
    examplePath: example,
    variables,
    exampleFaults: faults,
    read: texts
      .filter(({ path, text }) => readsEnvironment(path) && text.length <= longestEnvSource)
      .flatMap(({ path, text }) => namesRead(text, path)),
    isMentioned: name => words.has(name),
    environments,
    trackedEnvFiles: withValues.map(({ path, text }) => ({ path, secrets: secretsIn(text, sensitive) })),
  }
}

/** Names of the secrets a file has a value for; values stay here. */
function secretsIn(text: string, sensitive: ReadonlySet<string>): string[] {
  return Object.entries(parseEnv(text))
    .filter(([name, value = '']) => (sensitive.has(name) || isSecretName(name)) && !isPlaceholder(value))
    .map(([name]) => name)
}

/** Where a name may be mentioned: all but data and documents. */
const isText = (path: string): boolean => !/\.(md|svg|png|jpe?g|gif|ico|woff2?|lock|snap|pdf)$|lock\.yaml$/.test(path)

/** A link is not followed: what it leads to is read where it lies. */
async function textOf(file: string): Promise<string> {
  try {
    return (await lstat(file)).isFile() ? await readFile(file, 'utf8') : ''
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTDIR'].includes(String(cause.code))) return ''
    throw cause
  }
}
