import * as z from 'zod'
import { ComparedEnv } from '../env/fingerprint.ts'
import { Migration } from './release.ts'

const Commit = z.object({ sha: z.string(), title: z.string(), author: z.string(), at: z.iso.datetime() })

const DependencyChange = z.object({
  file: z.string().describe('the package.json it stands in'),
  name: z.string(),
  from: z.string().nullable().describe('null: it is new'),
  to: z.string().nullable().describe('null: it was taken out'),
})
export type DependencyChange = z.output<typeof DependencyChange>

const VariableChange = z.object({ file: z.string(), name: z.string(), change: z.enum(['added', 'removed']) })
export type VariableChange = z.output<typeof VariableChange>

/** What a release has that another has not, and the other way round. */
export const ReleaseComparison = z.object({
  from: z.string(),
  to: z.string(),
  commits: z.array(Commit).describe('those that `to` has and `from` has not, newest first, at most 100'),
  takenBack: z.array(Commit).describe('those that `from` has and `to` has not: none on one line of history'),
  authors: z.array(z.object({ author: z.string(), commits: z.int() })).describe('most first'),
  files: z.array(z.string()),
  migrations: z.object({ added: z.array(Migration), missing: z.array(Migration) }),
  variables: z.array(VariableChange).describe('names in .env.example; never values'),
  env: ComparedEnv.nullable().describe('what their services were started with; null where nobody noted it'),
  dependencies: z.array(DependencyChange),
})
export type ReleaseComparison = z.output<typeof ReleaseComparison>

/** A file as it was and is; null where it is not there. */
export interface FilePair {
  file: string
  before: string | null
  after: string | null
}

export const authorsOf = (commits: readonly { author: string }[]): ReleaseComparison['authors'] =>
  [...Map.groupBy(commits, ({ author }) => author)]
    .map(([author, own]) => ({ author, commits: own.length }))
    .toSorted((a, b) => b.commits - a.commits || (a.author < b.author ? -1 : 1))

/** Names that a .env.example gained or lost, also those that stand there as a comment. */
export function variableChanges({ file, before, after }: FilePair): VariableChange[] {
  const [was, is] = [namesIn(before ?? ''), namesIn(after ?? '')]
  return [
    ...[...is].filter(name => !was.has(name)).map(name => ({ file, name, change: 'added' as const })),
    ...[...was].filter(name => !is.has(name)).map(name => ({ file, name, change: 'removed' as const })),
  ]
}

const namesIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/^\s*(?:#\s*)?(?:export\s+)?([A-Z_][A-Z0-9_]*)=/gm)].map(([, name = '']) => name))

/** Dependencies of a package.json that came, went or are of another version. One that cannot be read has none. */
export function dependencyChanges({ file, before, after }: FilePair): DependencyChange[] {
  const [was, is] = [dependenciesIn(before), dependenciesIn(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter(name => was.get(name) !== is.get(name))
    .toSorted()
    .map(name => ({ file, name, from: was.get(name) ?? null, to: is.get(name) ?? null }))
}

const Versions = z.record(z.string(), z.string()).catch({})
const Manifest = z.looseObject({
  dependencies: Versions.optional(),
  devDependencies: Versions.optional(),
  peerDependencies: Versions.optional(),
  optionalDependencies: Versions.optional(),
})

function dependenciesIn(text: string | null): ReadonlyMap<string, string> {
  const { data } = Manifest.safeParse(jsonIn(text ?? ''))
  const { peerDependencies, optionalDependencies, devDependencies, dependencies } = data ?? {}
  const all = [peerDependencies, optionalDependencies, devDependencies, dependencies]
  return new Map(all.flatMap(each => Object.entries(each ?? {})))
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
