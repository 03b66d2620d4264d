import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { readEnvExample } from '@gantry/core/env'
import { GantryError } from '@gantry/core/errors'

const run = promisify(execFile)

/** Values of a `.env.ci` file, by environment; `''` is the whole repository. */
export interface FileValues {
  secrets: Record<string, Record<string, string>>
  variables: Record<string, Record<string, string>>
  /** Files that were not read, each with why. */
  passedOver: { path: string; why: string }[]
}

/**
 * `.env.ci` and `.env.ci.<environment>` at the top of the repository, where git ignores them. What `.env.example` declares
 * without `@sensitive` is a variable, everything else a secret. A file that git keeps, or would with the next `git add`, is in
 * every working copy and is not read: whoever wrote the tree would choose the values.
 */
export async function envCiFiles(top: string): Promise<FileValues> {
  const found: FileValues = { secrets: {}, variables: {}, passedOver: [] }
  const names = (await readdir(top)).filter(name => /^\.env\.ci(\.[\w-]+)?$/.test(name)).sort()
  if (names.length === 0) return found
  const open = await declaredOpen(top)
  for (const name of names) {
    const why = await whyNotApart(top, name)
    if (why !== null) {
      found.passedOver.push({ path: name, why })
      continue
    }
    const scope = name.slice('.env.ci.'.length)
    const pairs = Object.entries(await valuesIn(join(top, name)))
    found.secrets[scope] = Object.fromEntries(pairs.filter(([key]) => !open.has(key)))
    found.variables[scope] = Object.fromEntries(pairs.filter(([key]) => open.has(key)))
  }
  return found
}

export async function valuesIn(path: string): Promise<Record<string, string>> {
  const pairs = Object.entries(parseEnv(await readFile(path, 'utf8')))
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** @throws GantryError SECRET_FILE_IN_GIT for a file of the repository that git tracks */
export async function requireApart(top: string, path: string): Promise<void> {
  const name = relative(top, path)
  if (name.startsWith('..') || !(await isTracked(top, name))) return
  throw new GantryError('SECRET_FILE_IN_GIT', `${name} is not read as secrets: git tracks it`)
}

async function whyNotApart(top: string, name: string): Promise<string | null> {
  if (await isTracked(top, name)) return 'git tracks it'
  return (await succeeds('git', ['-C', top, 'check-ignore', '--quiet', '--', name])) ? null : 'git does not ignore it'
}

async function declaredOpen(top: string): Promise<Set<string>> {
  const text = await readFile(join(top, '.env.example'), 'utf8').catch(() => '')
  const { variables } = readEnvExample(text)
  return new Set(variables.filter(({ isSecret }) => !isSecret).map(({ name }) => name))
}

const isTracked = (top: string, name: string): Promise<boolean> =>
  succeeds('git', ['-C', top, 'ls-files', '--error-unmatch', '--', name])

const succeeds = (command: string, args: string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  )
