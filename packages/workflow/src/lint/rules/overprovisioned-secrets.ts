import { defineRule } from '../rule.ts'
import { referencesIn } from '../tree/references.ts'

export const overprovisionedSecrets = defineRule({
  id: 'overprovisioned-secrets',
  area: 'security',
  severity: 'error',
  summary: 'All secrets handed over at once, as with `toJSON(secrets)`.',
  why: 'One step then holds every secret of the repository, and GitHub masks none that is built out of the whole.',
  fix: 'Name each secret that is needed.',
  bad: [
    `
- env:
    SECRETS: \${{ toJSON(secrets) }} # ✗
  run: ./deploy.sh`,
  ],
  good: [
    `
- env:
    TOKEN: \${{ secrets.TOKEN }}
  run: ./deploy.sh`,
  ],
  check: file =>
    file.expressions
      .filter(({ tree }) => referencesIn(tree).some(path => path.join('.') === 'secrets'))
      .map(expression => ({
        at: expression,
        message: `expected the secrets that are needed, got \${{ ${expression.text} }}`,
      })),
})
