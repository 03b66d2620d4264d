import type { Package, RepositoryFacts } from './repository.ts'
import type { Command, TaskName } from './task.ts'

interface Tool {
  task: TaskName
  dependency: string
  config: readonly string[]
  line: string
}

const endings = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']
const configs = (name: string) => endings.map(ending => `${name}.${ending}`)

const tools: readonly Tool[] = [
  { task: 'lint', dependency: '@biomejs/biome', config: ['biome.json', 'biome.jsonc'], line: 'biome check .' },
  {
    task: 'lint',
    dependency: 'eslint',
    config: [
      ...configs('eslint.config'),
      '.eslintrc',
      ...['js', 'cjs', 'json', 'yml'].map(each => `.eslintrc.${each}`),
    ],
    line: 'eslint .',
  },
  { task: 'lint', dependency: 'oxlint', config: ['.oxlintrc.json'], line: 'oxlint' },
  { task: 'typecheck', dependency: 'typescript', config: ['tsconfig.json'], line: 'tsc --noEmit' },
  { task: 'test', dependency: 'vitest', config: configs('vitest.config'), line: 'vitest run' },
  { task: 'test', dependency: 'jest', config: [...configs('jest.config'), 'jest.config.json'], line: 'jest' },
  { task: 'e2e', dependency: '@playwright/test', config: configs('playwright.config'), line: 'playwright test' },
]

/** A tool that is set up and installed, though no script runs it: its usual command, in the folder of its config. */
export function configuredTool(
  facts: RepositoryFacts,
  name: TaskName,
): { commands: readonly Command[]; why: string } | undefined {
  for (const tool of tools.filter(({ task }) => task === name)) {
    const found = [facts.root, ...facts.packages].filter(each => isConfigured(facts, each, tool))
    // A config at the top is for everything below it.
    const used = found[0]?.dir === '.' ? found.slice(0, 1) : found
    if (used.length === 0) continue
    const commands = used.map(({ dir }): Command => ({ kind: 'inside', dir, lines: [tool.line] }))
    return { commands, why: `no script, but ${tool.dependency} is configured: ${tool.line}` }
  }
  return undefined
}

function isConfigured(facts: RepositoryFacts, each: Package, { task, dependency, config }: Tool): boolean {
  if (!each.dependencies.has(dependency) && !facts.root.dependencies.has(dependency)) return false
  const file = config.find(name => facts.has(each.dir === '.' ? name : `${each.dir}/${name}`))
  if (file === undefined) return false
  return task !== 'typecheck' || isCheckable(facts, each, file)
}

/** A solution file checks nothing by itself, and frameworks that generate types check them when they build. */
function isCheckable(facts: RepositoryFacts, each: Package, file: string): boolean {
  if (each.framework !== undefined && /Next|Nuxt|Astro|Svelte|Router|Remix/.test(each.framework.name)) return false
  const text = facts.text(each.dir === '.' ? file : `${each.dir}/${file}`) ?? ''
  const isBase = each.dir === '.' && facts.packages.length > 0 && !/"(include|files)"\s*:/.test(text)
  return !/"references"\s*:/.test(text) && !isBase
}
