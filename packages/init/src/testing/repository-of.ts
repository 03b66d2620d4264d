import { describeRepository, isRead } from '../describe-repository.ts'
import type { Refusal, RepositoryFacts, RepositoryFiles } from '../repository.ts'

type Texts = Readonly<Record<string, unknown>>

/** Files given as text, or as what their JSON says. */
function filesOf(files: Texts, more: Partial<RepositoryFiles> = {}): RepositoryFiles {
  const texts = Object.entries(files).map(([path, content]): [string, string] => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content),
  ])
  return {
    folder: 'folder',
    paths: texts.map(([path]) => path).toSorted(),
    texts: new Map(texts.filter(([path]) => isRead(path, more.base))),
    defaultBranch: 'main',
    ...more,
  }
}

export const described = (files: Texts, more: Partial<RepositoryFiles> = {}): RepositoryFacts | Refusal =>
  describeRepository(filesOf(files, more))

/** A repository Gantry takes: what a test wants, on top of the least that makes one. */
export function factsOf(files: Texts, more: Partial<RepositoryFiles> = {}): RepositoryFacts {
  const least = {
    'package.json': { name: 'sample', private: true },
    'pnpm-workspace.yaml': 'packages: [apps/*, packages/*]',
    'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  }
  const facts = described({ ...least, ...files }, more)
  if ('reason' in facts) throw new Error(facts.reason)
  return facts
}
