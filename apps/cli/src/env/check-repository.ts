import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GantryError } from '@gantry/core'
import { checkEnv, type EnvFinding, type EnvironmentNames } from '@gantry/core/env'
import { loadConfig } from '@gantry/delivery'
import type { GitHub } from '../github/github.ts'
import { envFacts, examplesIn } from './env-facts.ts'
import { freshMarks, namesInFiles } from './environment-files.ts'
import { namesOnGitHub } from './github-names.ts'

export interface CheckedEnv {
  /** Every `.env.example`, each checked with the files beside and below it. */
  examples: string[]
  findings: EnvFinding[]
  /** Paths git knows. */
  tracked: Set<string>
}

/**
 * Each `.env.example` against what code reads and what the environments have, names only.
 * @param github asked for the names of its environments, too; null: not asked
 * @throws GantryError CONFIG_INVALID, VENDOR_REFUSED
 */
export async function checkRepositoryEnv(top: string, github: GitHub | null): Promise<CheckedEnv> {
  const [files, tracked] = await Promise.all([listed(top, '--cached', '--others'), listed(top, '--cached')])
  const examples = examplesIn(files)
  const findings: EnvFinding[] = []
  if (examples.length === 0) return { examples, findings, tracked }
  const environments = await environmentsOf(top, files, github)
  for (const example of examples) {
    const own =
      example === '.env.example' ? environments : environments.filter(({ source }) => isBeside(source, example))
    findings.push(...checkEnv(await envFacts(top, files, tracked, example, own)))
  }
  return { examples, findings, tracked }
}

/** Names by environment: files that git ignores are looked at too, for that is where such files belong. */
async function environmentsOf(
  top: string,
  files: ReadonlySet<string>,
  github: GitHub | null,
): Promise<EnvironmentNames[]> {
  const names = await configured(top)
  const ignored = await listed(top, '--others', '--ignored')
  const found = await namesInFiles(top, new Set([...files, ...ignored]), names, freshMarks())
  return github === null ? found : [...found, ...(await namesOnGitHub(github, names))]
}

async function configured(top: string): Promise<string[]> {
  try {
    return Object.keys((await loadConfig(top)).environments)
  } catch (cause) {
    if (cause instanceof GantryError && cause.code === 'CONFIG_MISSING') return ['staging', 'production']
    throw cause
  }
}

const isBeside = (source: string, example: string): boolean =>
  source.startsWith(example.slice(0, example.length - '.env.example'.length))

async function listed(top: string, ...kinds: string[]): Promise<Set<string>> {
  // Folders that are ignored as a whole stay folded: node_modules is not looked into.
  const args = ['-C', top, 'ls-files', '-z', '--exclude-standard', '--directory', ...kinds]
  const { stdout } = await promisify(execFile)('git', args, { maxBuffer: 1 << 28 })
  return new Set(stdout.split('\0').filter(path => path !== '' && !path.endsWith('/')))
}
