import { textOf } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { inputOf, type LintStep, runText, stepsAfter } from '../tree/lint-file.ts'

export const persistedCredentials = defineRule({
  id: 'persisted-credentials',
  area: 'security',
  severity: 'note',
  summary: 'A checkout that leaves the token on disk, in a job that does not push.',
  why: 'Every later step can read the token from the disk, and so can every dependency that step runs.',
  fix: 'Add `persist-credentials: false` to the checkout.',
  bad: [
    `
- uses: actions/checkout@v4 # ✗
- run: pnpm install`,
    `
- uses: actions/checkout@v4 # ✗
- uses: actions/upload-artifact@v4
  with: { path: ., include-hidden-files: true }`,
  ],
  good: [
    `
- uses: actions/checkout@v4
  with:
    persist-credentials: false`,
    `
- uses: actions/checkout@v4
- run: git push`,
    `
- uses: actions/checkout@v4
- uses: changesets/action@v1`,
  ],
  check: file =>
    file.steps.flatMap(step => {
      if (step.uses?.action !== 'actions/checkout' || textOf(inputOf(step, 'persist-credentials')?.value) !== '')
        return []
      const after = stepsAfter(step)
      if (after.some(mayNeedToken)) return []
      const upload = after.find(uploadsEverything)
      const message = 'expected a checkout that forgets its token, got one that keeps it for later steps'
      if (upload === undefined) return [{ at: step.uses, message }]
      return [
        { at: step.uses, severity: 'error' as const, message: `${message}, and an artifact with the whole work tree` },
      ]
    }),
})

/** Talks to the remote, or is known to. */
function mayNeedToken(step: LintStep): boolean {
  if (/\bgit\b[^\n]*\b(push|fetch|pull|clone|submodule|lfs|ls-remote)\b/.test(runText(step))) return true
  if (/\b(semantic-release|release-it|lerna|gh-pages|changelogithub|bumpp|np|release-please)\b/.test(runText(step)))
    return true
  return /commit|push|release|pull-request|gh-pages|pages-deploy|changeset|publish|deploy|merge|backport|autofix|bump|tag|nx-set-shas|changed-files|paths-filter/.test(
    step.uses?.action ?? '',
  )
}

/** `.git` is hidden: `upload-artifact` leaves it out unless asked. */
function uploadsEverything(step: LintStep): boolean {
  if (step.uses?.action !== 'actions/upload-artifact') return false
  const paths = textOf(inputOf(step, 'path')?.value)
    .split('\n')
    .map(path => path.trim())
  const isWhole = paths.some(path => /^\.\/?$|^\$\{\{ *github\.workspace *\}\}\/?$/.test(path))
  return (
    paths.some(path => /^(\.\/)?\.git\/?$/.test(path)) ||
    (isWhole && textOf(inputOf(step, 'include-hidden-files')?.value) === 'true')
  )
}
