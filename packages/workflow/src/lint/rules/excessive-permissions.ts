import { defineRule, type Found } from '../rule.ts'
import type { LintFile } from '../tree/lint-file.ts'
import { fieldOf, fieldsOf, textOf } from '../tree/value.ts'

export const excessivePermissions = defineRule({
  id: 'excessive-permissions',
  area: 'security',
  severity: 'warning',
  summary: 'A token that may do more than the job needs: no `permissions`, `write-all`, or writing for every job.',
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
  ],
  good: [
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
    steps: [{ run: pnpm publish }]`,
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
  check: file => (file.kind === 'action' ? [] : [...missing(file), ...everything(file), ...shared(file)]),
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
