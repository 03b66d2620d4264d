import { fieldOf, fieldsOf, textOf } from '@gantry/workflow'
import { defineRule, type Found } from '../rule.ts'
import { inputOf, type LintFile, type LintJob } from '../tree/lint-file.ts'
import { referencesIn } from '../tree/references.ts'

export const excessivePermissions = defineRule({
  id: 'excessive-permissions',
  area: 'security',
  severity: 'warning',
  summary:
    'A token that may do more than the job needs: no `permissions`, `write-all`, writing for every job, or what no step can use.',
  why: 'Whatever runs in the job holds the token; what it may not do, a hijacked dependency cannot do either.',
  fix: 'Write `permissions: { contents: read }` at the top and add what a job needs to that job.',
  bad: [
    `
on: push
jobs: # ✗
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]`,
    `
on: push
permissions: write-all # ✗
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]`,
    `
on: push
permissions:
  contents: write # ✗
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]
  publish:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm publish }]`,
    `
on: pull_request
permissions: { contents: read }
jobs:
  test:
    permissions:
      contents: read
      issues: write # ✗
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm test`,
  ],
  good: [
    `
on: pull_request
permissions: { contents: read }
jobs:
  label:
    permissions: { issues: write }
    runs-on: ubuntu-latest
    steps: [{ uses: acme/label@v1 }]
  comment:
    permissions: { pull-requests: write }
    runs-on: ubuntu-latest
    steps:
      - run: gh pr comment
        env: { GH_TOKEN: "\${{ github.token }}" }
  release:
    permissions: { contents: write, id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./release.sh`,
    `
on: push
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]
  publish:
    permissions: { contents: write }
    runs-on: ubuntu-latest
    steps: [{ run: gh release create v1, env: { GH_TOKEN: "\${{ github.token }}" } }]`,
    `
on: push
jobs:
  build:
    permissions: {}
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]`,
    `
on: workflow_call
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: pnpm build }]`,
  ],
  check: file =>
    file.kind === 'action' ? [] : [...missing(file), ...everything(file), ...shared(file), ...unused(file)],
})

/** A workflow that is only called has what its caller gives it. */
function missing(file: LintFile): Found[] {
  if (fieldOf(file.root, 'permissions') || file.triggers.every(({ event }) => event === 'workflow_call')) return []
  const isOpen = file.jobs.some(({ value }) => fieldOf(value, 'permissions') === undefined)
  const at = fieldOf(file.root, 'jobs')?.at
  return isOpen && at ? [{ at, message: 'expected permissions at the top, got the default of the repository' }] : []
}

const everything = (file: LintFile): Found[] =>
  [file.root, ...file.jobs.map(({ value }) => value)].flatMap((value): Found[] => {
    const field = fieldOf(value, 'permissions')
    if (field === undefined || textOf(field.value) !== 'write-all') return []
    return [{ at: field.value, severity: 'error', message: 'expected the permissions that are needed, got write-all' }]
  })

function shared(file: LintFile): Found[] {
  const others = file.jobs.filter(({ value }) => fieldOf(value, 'permissions') === undefined)
  if (file.jobs.length < 2 || others.length < 2) return []
  return fieldsOf(fieldOf(file.root, 'permissions')?.value)
    .filter(({ value }) => textOf(value) === 'write')
    .map(({ key, at, value }) => ({
      at: { from: at.from, to: value.to },
      message: `expected ${key} to be written by the job that needs it, got "write" for ${others.length} jobs`,
    }))
}

/** What a job may write and nothing in it can: no step is handed the token, and no action takes it by itself. */
const unused = (file: LintFile): Found[] =>
  file.jobs
    .filter(job => job.uses === undefined && job.steps.length > 0 && !mayUseToken(file, job))
    .flatMap(job =>
      fieldsOf(fieldOf(job.value, 'permissions')?.value)
        .filter(({ key, value }) => textOf(value) === 'write' && canBeJudged(key, job))
        .map(({ key, at, value }) => ({
          at: { from: at.from, to: value.to },
          message: `expected ${job.key} to have the permissions it uses, got "${key}: write", which no step of it can use`,
        })),
    )

/** Every process can ask for an identity; what a checkout leaves on disk lets any script push. */
const canBeJudged = (scope: string, { steps }: LintJob): boolean =>
  !['id-token', 'attestations', 'artifact-metadata'].includes(scope) &&
  (scope !== 'contents' ||
    !steps.some(
      step =>
        step.uses?.action === 'actions/checkout' && textOf(inputOf(step, 'persist-credentials')?.value) !== 'false',
    ))

/** Actions that do nothing with the token but read this repository. */
const harmless =
  /^(actions\/(checkout|cache|cache\/restore|cache\/save|upload-artifact|download-artifact|setup-[a-z]+)|pnpm\/action-setup)$/

function mayUseToken(file: LintFile, job: LintJob): boolean {
  const isHandedOn = file.expressions.some(({ path, tree }) => {
    if (path[0] === 'jobs' && path[1] !== job.key) return false
    return referencesIn(tree).some(reference =>
      /^(github\.token|secrets\.github_token|secrets|github)$/.test(reference.join('.')),
    )
  })
  return isHandedOn || job.steps.some(({ uses }) => uses !== undefined && !harmless.test(uses.action))
}
