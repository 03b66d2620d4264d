import {
  exampleFor,
  isForeign,
  isPublicName,
  isSecretName,
  isTestFile,
  namesRead,
  readsEnvironment,
} from '@gantry/core/env'
import { authorshipOf } from './generated-mark.ts'
import { ownerOf } from './read-workspace.ts'
import type { EnvName, RepositoryFiles, WorkflowName } from './repository.ts'

const topExample = '.env.example'

/** Every name the code reads from its environment, and which packages read it. */
/** @param folders of the packages, from the top of the repository */
export function envNames(files: RepositoryFiles, folders: readonly string[]): EnvName[] {
  const dirs = new Set(folders)
  const examples = new Set(examplesIn(files))
  const found = new Map<string, { packages: Set<string>; examples: Set<string> }>()
  for (const [path, text] of files.texts) {
    if (!text.includes('env') || isWorkflowFile(path) || isOurs(text)) continue
    const isTest = isTestFile(path) && !isForeign(path)
    if (!isTest && !readsEnvironment(path)) continue
    for (const { name } of namesRead(text, path)) {
      // A test makes up names of its own; a secret it reads is one a run may need.
      if (isTest && !isSecretName(name)) continue
      const readers = found.get(name) ?? { packages: new Set(), examples: new Set() }
      readers.packages.add(ownerOf(path, dirs))
      readers.examples.add(exampleFor(path, each => examples.has(each)) ?? topExample)
      found.set(name, readers)
    }
  }
  return [...found]
    .map(([name, readers]) => ({
      name,
      packages: [...readers.packages].toSorted(),
      examples: [...readers.examples].toSorted(),
      isSecret: isSecretName(name),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names of secrets and variables that the repository's own workflow files read; those of ours are planned anew. */
export const workflowNames = ({ texts }: RepositoryFiles): WorkflowName[] =>
  [...texts].flatMap(([path, text]) => (isWorkflowFile(path) && !isOurs(text) ? namesOfFile(text, path) : []))

/** What a workflow file or `gantry.config.ts` reads. */
export function namesOfFile(text: string, path: string): WorkflowName[] {
  const names = new Set(namesRead(text, path).map(({ name }) => name))
  // People keep public keys among the secrets of GitHub as well: that makes none of them.
  const kept = new Set([...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name]) => name))
  const isKept = (name: string) => !isPublicName(name) && kept.has(name)
  return [...names].map(name => ({ name, path, isSecret: isSecretName(name) || isKept(name) }))
}

/** Every `.env.example` people wrote, wherever it lies. */
export const examplesIn = ({ paths }: RepositoryFiles): string[] =>
  paths.filter(path => /(^|\/)\.env\.example$/.test(path) && !isForeign(path))

const isWorkflowFile = (path: string) => /^\.github\/.+\.ya?ml$/.test(path)
const isOurs = (text: string) => authorshipOf(text) === 'ours'
