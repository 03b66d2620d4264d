import { nothingDeployed } from '../nothing-deployed.ts'
import { stepsOf } from '../plan-ci.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import type { Task } from '../task.ts'
import { withoutPreviews } from '../vendors/at-vendor.ts'
import { connect, fallbacks, install, proving, vendorSecrets } from './asking-gantry.ts'
import { stepMinutes } from './deploy-workflow.ts'
import { buildSteps, checkOut, setUp, workflowEnv, workingFolder } from './set-up.ts'
import { document, expression, indented, step } from './yaml.ts'

/** Why no pull request can have a preview; null: each can. */
export function noPreviews(facts: RepositoryFacts): { reason: string; remedy: string } | null {
  if (servicesOf(facts).length === 0) return nothingDeployed(facts)
  const provider = servicesOf(facts)
    .map(({ deploy }) => String(deploy['provider']))
    .find(name => withoutPreviews.includes(name))
  if (provider === undefined) return null
  return { reason: `${provider} holds no previews of pull requests`, remedy: 'see docs/guides/previews.md of Gantry' }
}

/** `.github/workflows/preview.yml`: each pull request at addresses of its own, until it is closed. */
export function previewWorkflow(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  return (
    noPreviews(facts) ??
    document([
      'name: preview',
      '',
      'on:',
      '  pull_request:',
      '    types: [opened, synchronize, reopened, closed]',
      '  # Gantry starts this where a job is gone, so that nothing of a preview is left behind.',
      '  workflow_dispatch:',
      '    inputs:',
      ...['environment', 'deployment', 'reason'].flatMap(name => [
        `      ${name}:`,
        '        required: true',
        '        type: string',
      ]),
      '',
      'permissions:',
      '  contents: read',
      '',
      'concurrency:',
      `  group: preview-${environment}`,
      '  cancel-in-progress: false',
      '',
      ...workflowEnv(facts),
      'jobs:',
      ...indented([...previewJob(facts, tasks), '', ...removeJob(facts)], 2),
    ])
  )
}

const environment = expression("inputs.environment || format('pr-{0}', github.event.number)")
/** A pull request of another repository has no secrets on GitHub, and gets no preview. */
const isOwn = '(github.event.pull_request.head.repo.full_name || github.repository) == github.repository'
const head = expression('github.event.pull_request.head.sha')

const inPreview = [
  '  runs-on: ubuntu-latest',
  `  timeout-minutes: ${stepMinutes}`,
  ...proving,
  '  # Its secrets are all that a preview gets: never put one of staging or production there.',
  '  environment: preview',
]

/** Without an address of Gantry nothing is deployed, and nothing is red. */
const unlessUnset = [
  'if test -z "$GANTRY_URL"; then',
  '  echo "::notice::no preview is made: type gantry github connect, and set the variable GANTRY_URL"',
  '  exit',
  'fi',
]

const previewJob = (facts: RepositoryFacts, tasks: readonly Task[]): string[] => [
  'preview:',
  '  name: preview',
  `  if: github.event_name == 'pull_request' && github.event.action != 'closed' && ${isOwn}`,
  ...inPreview,
  ...workingFolder(facts),
  '  steps:',
  ...indented(
    [
      ...setUp(facts, { ref: head, env: facts.standIns }),
      ...buildSteps(
        facts,
        stepsOf(
          facts,
          tasks.filter(({ name }) => name === 'build'),
        ),
      ),
      '# Waits for the checks of the commit; what fails them is not shown.',
      ...step({
        name: 'Deploy the preview',
        ...(facts.base === '' ? {} : { 'working-directory': '.' }),
        env: { ENVIRONMENT: environment, SHA: head, ...fallbacks, ...vendorSecrets(facts) },
        run: [...connect, ...unlessUnset, install, 'gantry previews deploy --environment "$ENVIRONMENT" --sha "$SHA"'],
      }),
    ],
    4,
  ),
]

const carriedOn = '$' + '{DEPLOYMENT:+--deployment "$DEPLOYMENT"}'

const removeJob = (facts: RepositoryFacts): string[] => [
  'remove:',
  '  name: remove',
  `  if: github.event_name == 'workflow_dispatch' || (github.event.action == 'closed' && ${isOwn})`,
  ...inPreview,
  '  steps:',
  ...indented(
    [
      ...checkOut(),
      ...step({
        name: 'Remove the preview',
        env: {
          ENVIRONMENT: environment,
          DEPLOYMENT: expression('inputs.deployment'),
          ...fallbacks,
          ...vendorSecrets(facts),
        },
        run: [
          ...connect,
          ...unlessUnset,
          install,
          `gantry previews remove --environment "$ENVIRONMENT" --yes --reason "its pull request is closed" ${carriedOn}`,
        ],
      }),
    ],
    4,
  ),
]
