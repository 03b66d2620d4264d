import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { envNamesIn } from '@gantry/config'
import { loadConfig } from '@gantry/config/load'
import { GantryError } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { checkEnv, type EnvFinding, type EnvironmentNames, type NameRead } from '@gantry/core/env'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { GitHub } from '../github/github.ts'
import { envFacts, examplesIn } from './env-facts.ts'
import { freshMarks, namesInFiles } from './environment-files.ts'
import { namesOnGitHub } from './github-names.ts'
import { type EnvPlace, namesAt } from './vendors/index.ts'

export interface CheckedEnv {
  /** Every `.env.example`, each checked with the files beside and below it. */
  examples: string[]
  findings: EnvFinding[]
  /** Paths git knows. */
  tracked: Set<string>
}

/** Who is asked for the names they have, beside files. */
export interface AskedVendors {
  github: GitHub | null
  places: readonly EnvPlace[]
  /** Holds the vendors' tokens. */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Each `.env.example` against what code reads and what the environments have, names only.
 * @throws GantryError CONFIG_INVALID, VENDOR_REFUSED; CalledWrongly for a place without a token or in no environment
 */
export async function checkRepositoryEnv(top: string, vendors: AskedVendors): Promise<CheckedEnv> {
  const [files, tracked, ignored] = await Promise.all([
    listed(top, '--cached', '--others'),
    listed(top, '--cached'),
    listed(top, '--others', '--ignored'),
  ])
  // `.env*` in .gitignore hides an example as well; it is checked all the same.
  const hidden = examplesIn(ignored)
  for (const path of hidden) files.add(path)
  const examples = examplesIn(files)
  const findings = hidden.map(
    (path): EnvFinding => ({
      rule: 'example-hidden',
      severity: 'warning',
      message: 'git ignores it, so nobody else gets it',
      fix: 'Add a line `!.env.example` to .gitignore; `gantry init` does.',
      path,
    }),
  )
  if (examples.length === 0) return { examples, findings, tracked }
  const config = await readConfig(top)
  const environments = await environmentsOf(top, new Set([...files, ...ignored]), config, vendors)
  for (const example of examples) {
    const own =
      example === '.env.example' ? environments : environments.filter(({ source }) => isBeside(source, example))
    const facts = await envFacts(top, files, tracked, example, own)
    const { read, isRead } = await namesOfConfig(top, posix.dirname(example), files)
    const isMentioned = (name: string) => isRead(name) || facts.isMentioned(name)
    findings.push(...checkEnv({ ...facts, read: [...facts.read, ...read], isMentioned }))
  }
  return { examples, findings, tracked }
}

/** @param files those that git ignores included, for that is where files with values belong */
async function environmentsOf(
  top: string,
  files: ReadonlySet<string>,
  config: Config | null,
  { github, places, env }: AskedVendors,
): Promise<EnvironmentNames[]> {
  const names = config ? Object.keys(config.environments) : ['staging', 'production']
  const stranger = places.find(({ environment }) => !names.includes(environment))
  if (stranger) {
    throw new CalledWrongly(`--at: expected one of ${names.join(', ')}, got "${stranger.environment}"`)
  }
  const mark = freshMarks()
  return [
    ...(await namesInFiles(top, files, names, mark)),
    ...(github === null ? [] : await namesOnGitHub(github, names)),
    ...(await Promise.all(places.map(place => namesAt(place, env, mark)))),
  ]
}

async function readConfig(top: string): Promise<Config | null> {
  try {
    return await loadConfig(top)
  } catch (cause) {
    if (cause instanceof GantryError && cause.code === 'CONFIG_MISSING') return null
    throw cause
  }
}

/**
 * What the adapters of the config beside an example must have, on the line that names the variable, else the one that
 * names the adapter.
 */
async function namesOfConfig(top: string, folder: string, files: ReadonlySet<string>) {
  const path = posix.join(folder, 'gantry.config.ts')
  const config = files.has(path) ? await readConfig(join(top, folder)) : null
  if (!config) return { read: [], isRead: () => false }
  const lines = (await readFile(join(top, path), 'utf8')).split('\n')
  const lineWith = (text: string) => lines.findIndex(line => line.includes(text)) + 1
  const all = envNamesIn(config)
  const needed = all.filter(({ whenLeftOut }) => whenLeftOut === undefined)
  return {
    read: needed.map(
      ({ name, adapter }): NameRead => ({ name, path, line: lineWith(name) || lineWith(`${adapter}(`) || 1 }),
    ),
    isRead: (name: string) => all.some(each => each.name === name),
  }
}

const isBeside = (source: string, example: string): boolean =>
  source.startsWith(example.slice(0, example.length - '.env.example'.length))

async function listed(top: string, ...kinds: string[]): Promise<Set<string>> {
  // Folders that are ignored as a whole stay folded: node_modules is not looked into. New folders are.
  const folded = kinds.includes('--ignored') ? ['--directory'] : []
  const args = ['-C', top, 'ls-files', '-z', '--exclude-standard', ...folded, ...kinds]
  const { stdout } = await promisify(execFile)('git', args, { maxBuffer: 1 << 28 })
  return new Set(stdout.split('\0').filter(path => path !== '' && !path.endsWith('/')))
}
