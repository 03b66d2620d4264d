import { textOf } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { inputOf, type LintFile, type LintStep, stepsBefore } from '../tree/lint-file.ts'
import { installedVersion, isPnpmSetup, manifestAt, pinnedPnpm } from '../tree/pnpm-setup.ts'
import { isCommit, type Uses } from '../tree/uses.ts'

const files = { 'package.json': '{ "packageManager": "pnpm@10.4.1" }' }

export const pnpmVersionDisagrees = defineRule({
  id: 'pnpm-version-disagrees',
  area: 'pnpm',
  severity: 'error',
  summary: 'A pnpm version in the workflow that is not the one `packageManager` pins, or none in either.',
  why: 'The step stops with "Multiple versions of pnpm specified" or "No pnpm version is specified".',
  fix: 'Delete `version:` and let `packageManager` in package.json decide.',
  bad: [
    {
      text: `
- uses: pnpm/action-setup@v4
  with:
    version: 9 # ✗`,
      files,
    },
    {
      text: `
- uses: actions/checkout@v4
- uses: pnpm/action-setup@v4 # ✗`,
      files: { 'package.json': '{ "name": "acme" }' },
    },
  ],
  good: [
    {
      text: `
- uses: pnpm/action-setup@v4
- run: npm install --global pnpm@9`,
      files,
    },
    {
      text: `
- uses: pnpm/action-setup@v3
  with: { version: 9 }`,
      files,
    },
    `
- uses: pnpm/action-setup@v4
  with: { version: 9 }`,
    {
      text: `
- uses: pnpm/action-setup@v4
  with: { version: 10 }`,
      files: { 'package.json': '{ "packageManager": "yarn@4.1.0" }' },
    },
    {
      text: `
- uses: pnpm/action-setup@v4
  with: { package_json_file: web/package.json }`,
      files: { 'package.json': '{ "name": "acme" }' },
    },
  ],
  check: file => file.steps.flatMap(step => faultOf(file, step)),
})

function faultOf(file: LintFile, step: LintStep): Found[] {
  if (!isPnpmSetup(step)) return []
  const version = installedVersion(step)
  const path = textOf(inputOf(step, 'package_json_file')?.value) || 'package.json'
  // Without this repository's files, or with another's, the action sees another package.json.
  if (stepsBefore(step).some(isForeignCheckout) || path.includes('${{')) return []
  if (version === undefined) return inputOf(step, 'version') === undefined ? missing(file, step, path) : []
  const pinned = pinnedPnpm(file, path)
  if (pinned === undefined) return []
  // Before v4 `version:` wins, and so does whoever installs another: what the step pins is what runs.
  if (!isStrict(step) || pinned.text === version) return []
  const at = inputOf(step, 'version')?.value ?? step.at
  return [{ at, message: `expected the pnpm that ${path} pins, ${pinned.version}, got ${version}` }]
}

function missing(file: LintFile, step: LintStep, path: string): Found[] {
  const manifest = manifestAt(file.repository.read(path))
  if (manifest === undefined || 'packageManager' in manifest || 'devEngines' in manifest || !step.uses) return []
  // Later ones may know more places.
  if (![2, 3, 4, 5].includes(majorOfUses(step.uses))) return []
  const fix = 'Add `"packageManager": "pnpm@…"` to package.json; `corepack use pnpm@latest` does.'
  return [{ at: step.uses, message: `expected packageManager in ${path} or version: here, got neither`, fix }]
}

/** v4 and v5 take any difference for an error; before, `version:` won. */
const isStrict = ({ uses }: LintStep): boolean => [4, 5].includes(uses ? majorOfUses(uses) : 0)

/** Of the tag, or of the version in the comment behind a commit; 0 when neither says. */
function majorOfUses({ ref, comment }: Uses): number {
  const said = isCommit(ref) ? comment.text : ref
  return Number(/^v?(\d+)/.exec(said)?.[1] ?? 0)
}

const isForeignCheckout = (step: LintStep): boolean =>
  step.uses?.action === 'actions/checkout' && inputOf(step, 'repository') !== undefined
