import { fieldOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { type Uses, versionNumbers } from '../tree/uses.ts'

export const deprecatedAction = defineRule({
  id: 'deprecated-action',
  area: 'correctness',
  severity: 'error',
  summary: 'An action GitHub has switched off, or one for a Node that runners no longer have.',
  why: 'The service behind old artifact and cache actions is gone: the step fails.',
  fix: 'Use the version named here or a newer one.',
  bad: [
    `
- uses: actions/upload-artifact@v3 # ✗
- uses: actions/cache@v2 # ✗`,
    `
runs:
  using: node16 # ✗
  main: dist/index.js`,
  ],
  good: [
    `
- uses: actions/upload-artifact@v4
- uses: actions/cache@v3`,
    `
runs:
  using: node24
  main: dist/index.js`,
  ],
  check: file => {
    const using = fieldOf(file.kind === 'action' ? valueAt(file.root, 'runs') : undefined, 'using')
    const isOld = /^node(12|16|20)$/.test(textOf(using?.value))
    return [
      ...file.steps.flatMap(({ uses }) => (uses ? retired(uses) : [])),
      ...(using && isOld
        ? [
            {
              at: using.value,
              message: `expected node24, got ${textOf(using.value)}`,
              severity: 'warning' as const,
            },
          ]
        : []),
    ]
  },
})

/** https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/ and, for caches, 2024-12-05. */
const oldest: Record<string, number> = {
  'actions/upload-artifact': 4,
  'actions/download-artifact': 4,
  'actions/cache': 3,
  'actions/cache/restore': 3,
  'actions/cache/save': 3,
}

function retired(uses: Uses): Found[] {
  const wanted = Object.hasOwn(oldest, uses.action) ? oldest[uses.action] : undefined
  const [major] = versionNumbers(uses.ref) ?? []
  if (wanted === undefined || major === undefined || major >= wanted) return []
  return [
    {
      at: uses,
      message: `expected ${uses.action}@v${wanted} or newer, got "${uses.text}", which GitHub has switched off`,
    },
  ]
}
