import { fieldsOf, itemsOf, type ScalarValue, textOf, type Value } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'

export const deadGlob = defineRule({
  id: 'dead-glob',
  area: 'correctness',
  severity: 'warning',
  summary: 'A pattern of a filter that can fit nothing, or an exception before what it takes away from.',
  why: 'The workflow never starts for it, and looks as if it did.',
  fix: 'Write branches and tags by their names, paths from the top of the repository, and exceptions last.',
  bad: [
    `
on:
  push:
    branches: [refs/heads/main] # ✗
    paths:
      - ./src/** # ✗
      - /docs/** # ✗`,
    `
on:
  push:
    branches:
      - '!release/**' # ✗
      - main
  pull_request:
    paths: ['!docs/**'] # ✗`,
  ],
  good: [
    `
on:
  push:
    branches: [main, 'release/**', '!release/old', feature/refs/heads]
    tags: [v*]
    paths: [src/**, '!src/**/*.md', .github/**, '**']
  pull_request:
    branches-ignore: [wip/**]`,
  ],
  check: file =>
    file.triggers.flatMap(({ value }) =>
      fieldsOf(value).flatMap(({ key, value: patterns }): Found[] => {
        if (!/^(branches|tags|paths)(-ignore)?$/.test(key)) return []
        const scalars = itemsOf(patterns).filter((item): item is ScalarValue => item.kind === 'scalar')
        return [...scalars.flatMap(item => dead(key, item)), ...(key.endsWith('-ignore') ? [] : idle(scalars))]
      }),
    ),
})

function dead(key: string, at: Value): Found[] {
  const pattern = textOf(at).replace(/^!/, '')
  if (key.startsWith('paths') && /^\.{0,2}\//.test(pattern))
    return [{ at, message: `expected a path from the top of the repository, got "${textOf(at)}", which fits none` }]
  if (!key.startsWith('paths') && /^refs\/(heads|tags)\//.test(pattern))
    return [{ at, message: `expected the name alone, got "${textOf(at)}", which fits none` }]
  return []
}

/** Patterns are read in their order: what takes away comes after what it takes away from. */
function idle(patterns: readonly ScalarValue[]): Found[] {
  const first = patterns.findIndex(item => !textOf(item).startsWith('!'))
  return patterns
    .slice(0, first < 0 ? undefined : first)
    .map(at => ({ at, message: `expected a pattern before this exception, got "${textOf(at)}" first` }))
}
