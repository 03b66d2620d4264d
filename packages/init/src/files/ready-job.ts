import type { RepositoryFacts } from '../repository.ts'
import { fallbacks, vendorSecrets } from './asking-gantry.ts'
import { expression, indented, step } from './yaml.ts'

/**
 * Looks for what a deployment to staging needs. GitHub shows secrets of an environment to its jobs alone. Where Gantry is not
 * connected yet the run ends there, and well; once it is, a secret that is missing is a fault.
 */
export function readyJob(facts: RepositoryFacts): string[] {
  const secrets = vendorSecrets(facts)
  const names = Object.keys(secrets)
  return [
    'ready:',
    '  name: ready',
    "  if: github.event_name == 'push'",
    '  runs-on: ubuntu-latest',
    '  timeout-minutes: 5',
    ...(names.length === 0 ? [] : ['  environment:', '    name: staging', '    deployment: false']),
    '  outputs:',
    `    missing: ${expression('steps.look.outputs.missing')}`,
    '  steps:',
    ...indented(
      step({
        name: 'Look for what a deployment needs',
        id: 'look',
        env: { FALLBACK_URL: fallbacks.FALLBACK_URL, ...secrets },
        run: look(names),
      }),
      4,
    ),
  ]
}

const look = (secrets: readonly string[]): string[] => [
  'missing=',
  lacks(isConnected, 'GANTRY_URL'),
  ...secrets.map(name => lacks(`test -n "$${name}"`, name)),
  'echo "missing=$missing" >> "$GITHUB_OUTPUT"',
  'test -z "$missing" || echo "::notice title=Nothing is built or deployed::staging lacks$missing (GANTRY_URL is a variable, all others are secrets)"',
  ...(secrets.length === 0 ? [] : [`if ${isConnected}; then test -z "$missing"; fi`]),
]

const isConnected = `test -n "$\{GANTRY_URL:-$FALLBACK_URL}"`
const lacks = (test: string, name: string) => `${test} || missing="$missing ${name}"`
