import { nothingDeployed } from '../nothing-deployed.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import { connect, fallbacks, install, proving, vendorSecrets } from './asking-gantry.ts'
import { stepMinutes } from './deploy-workflow.ts'
import { checkOut } from './set-up.ts'
import { document, expression, indented, step } from './yaml.ts'

/**
 * `.github/workflows/rollback.yml`: started by people, and by Gantry where what is to be put back needs credentials that only
 * a job has.
 */
export function rollbackWorkflow(facts: RepositoryFacts): Document {
  if (servicesOf(facts).length === 0) return nothingDeployed(facts)
  return document([
    'name: rollback',
    '',
    'on:',
    '  workflow_dispatch:',
    '    inputs:',
    ...input('environment', 'Where to put the last good release back', [
      'type: choice',
      'options: [production, staging]',
      'default: production',
      'required: true',
    ]),
    ...input('reason', 'Why; it is written into the ledger', ['type: string', 'required: true']),
    ...input('deployment', 'Set by Gantry, for a deployment whose job is gone, or to ask the vendors; leave it empty', [
      'type: string',
    ]),
    '',
    'permissions:',
    '  contents: read',
    '',
    '# Not the group of `deploy`: an undo never queues behind a release, nor behind a look whether vendors could do it. The lock of',
    '# Gantry keeps them apart.',
    'concurrency:',
    `  group: rollback-${expression('inputs.environment')}${expression("inputs.deployment == 'way-back' && '-asked' || ''")}`,
    '  cancel-in-progress: false',
    '',
    'jobs:',
    ...indented(rollbackJob(facts), 2),
  ])
}

const input = (name: string, description: string, lines: readonly string[]): string[] =>
  indented([`${name}:`, `  description: ${description}`, ...indented(lines, 2)], 6)

const which = { ENVIRONMENT: expression('inputs.environment'), DEPLOYMENT: expression('inputs.deployment') }
const carriedOn = '$' + '{DEPLOYMENT:+--deployment "$DEPLOYMENT"}'

const rollbackJob = (facts: RepositoryFacts): string[] => [
  'rollback:',
  '  name: rollback',
  '  runs-on: ubuntu-latest',
  `  timeout-minutes: ${stepMinutes}`,
  ...proving,
  '  # For its secrets. Give it no reviewers on GitHub: an undo waits for nobody, and promotions wait in Gantry.',
  `  environment: ${expression('inputs.environment')}`,
  '  steps:',
  ...indented(
    [
      ...checkOut(),
      ...step({
        name: 'Find the last good release',
        id: 'found',
        env: { ...which, ...fallbacks },
        run: [
          ...connect,
          install,
          // A fault of it ends the job; one inside of `echo` would not.
          `release="$(gantry rollback --environment "$ENVIRONMENT" --show-release ${carriedOn})"`,
          'echo "release=$release" >> "$GITHUB_OUTPUT"',
        ],
      }),
      '# Its config names commands and files: those of its own commit. Without a release, this is the commit of the run.',
      ...checkOut(expression('steps.found.outputs.release'), 'Check out that release'),
      ...step({
        name: 'Put the last good release back',
        env: {
          ...which,
          REASON: expression('inputs.reason'),
          ...fallbacks,
          ...vendorSecrets(facts),
        },
        run: [
          ...connect,
          // Not `--to`: who names a release goes there whatever stands in the way.
          `gantry rollback --environment "$ENVIRONMENT" --reason "$REASON" ${carriedOn}`,
        ],
      }),
    ],
    4,
  ),
]
