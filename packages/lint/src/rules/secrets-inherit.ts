import { textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const secretsInherit = defineRule({
  id: 'secrets-inherit',
  area: 'security',
  severity: 'warning',
  summary: "Another repository's workflow that is given every secret of this one.",
  why: 'Whoever changes that workflow reads secrets it never needed.',
  fix: 'Name the secrets it needs under `secrets:`.',
  bad: [
    `
jobs:
  deploy:
    uses: acme/workflows/.github/workflows/deploy.yml@v1
    secrets: inherit # ✗`,
  ],
  good: [
    `
jobs:
  deploy:
    uses: acme/workflows/.github/workflows/deploy.yml@v1
    secrets:
      token: \${{ secrets.DEPLOY_TOKEN }}`,
    `
jobs:
  deploy:
    uses: ./.github/workflows/deploy.yml
    secrets: inherit`,
  ],
  check: file =>
    file.jobs.flatMap(({ uses, value }) => {
      const secrets = valueAt(value, 'secrets')
      if (uses?.kind !== 'remote' || secrets === undefined || textOf(secrets) !== 'inherit') return []
      return [{ at: secrets, message: `expected ${uses.repository} to get the secrets it needs, got all of them` }]
    }),
})
