import { fieldsOf, textOf, type Value, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import type { LintFile } from '../tree/lint-file.ts'

export const hardcodedCredentials = defineRule({
  id: 'hardcoded-credentials',
  area: 'security',
  severity: 'error',
  summary: 'A password of an image registry, or a token, written into the file.',
  why: 'Everybody who can read the repository, and every fork of it, has it. Deleting the line leaves it in the history.',
  fix: 'Revoke it, make a new one, and keep that in `secrets`.',
  bad: [
    `
jobs:
  build:
    runs-on: ubuntu-latest
    container:
      image: ghcr.io/acme/build
      credentials:
        username: acme
        password: hunter2 # ✗
    steps: [{ run: pnpm build }]`,
    `
- run: pnpm publish
  env:
    NPM_TOKEN: npm_${'0123456789abcdefghijABCDEFGHIJ012345'} # ✗`,
  ],
  good: [
    `
jobs:
  build:
    runs-on: ubuntu-latest
    container:
      image: ghcr.io/acme/build
      credentials:
        username: acme
        password: \${{ secrets.REGISTRY_PASSWORD }}
    steps: [{ run: pnpm build }]`,
    `
- run: pnpm publish
  env:
    NPM_TOKEN: npm_not_a_token`,
  ],
  check: file => [...passwords(file), ...tokens(file)],
})

/** Shapes their makers document, long enough to be nothing else. */
const shapes: readonly [RegExp, string][] = [
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b/, 'a GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/, 'a GitHub token'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\bAKIA[A-Z2-7]{16}\b(?<!EXAMPLE)/, 'an AWS access key'],
  [/\bxox[bp]-\d{10,}-\d{10,}-[A-Za-z0-9-]{20,}/, 'a Slack token'],
  [/-----BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY-----/, 'a private key'],
]

const tokens = (file: LintFile) =>
  file.scalars.flatMap(({ value }) => {
    const [, kind] = shapes.find(([shape]) => shape.test(textOf(value))) ?? []
    return kind === undefined ? [] : [{ at: value, message: `expected no secret in the file, got ${kind}` }]
  })

const passwords = (file: LintFile) =>
  file.jobs
    .flatMap(({ value }): (Value | undefined)[] => [
      valueAt(value, 'container'),
      ...fieldsOf(valueAt(value, 'services')).map(service => service.value),
    ])
    .flatMap(container => valueAt(container, 'credentials', 'password') ?? [])
    .filter(password => textOf(password) !== '' && !textOf(password).includes('${{'))
    .map(at => ({ at, message: 'expected the password from secrets, got it in plain text' }))
