import { defineRule } from '../rule.ts'
import { referencesIn } from '../tree/references.ts'

export const overprovisionedSecrets = defineRule({
  id: 'overprovisioned-secrets',
  area: 'security',
  severity: 'error',
  summary:
    'All secrets handed over at once, as with `toJSON(secrets)`, or one by a name that is only known when it runs.',
  why: 'One step then holds every secret of the repository, and GitHub masks none that is built out of the whole.',
  fix: 'Name each secret that is needed.',
  bad: [
    `
- env:
    SECRETS: \${{ toJSON(secrets) }} # ✗
  run: ./deploy.sh`,
    `
- env:
    TOKEN: \${{ secrets[format('TOKEN_{0}', github.ref_name)] }} # ✗
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
      .filter(({ tree }) =>
        referencesIn(tree).some(path => path[0] === 'secrets' && (path.length === 1 || path[1] === '*')),
      )
      .map(expression => ({
        at: expression,
        message: `expected the secrets that are needed, got \${{ ${expression.text} }}`,
      })),
})
