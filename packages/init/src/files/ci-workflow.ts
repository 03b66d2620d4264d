import { type CiJob, type CiStep, planCi } from '../plan-ci.ts'
import type { RepositoryFacts } from '../repository.ts'
import { filterOf } from '../split-sides.ts'
import type { Task } from '../task.ts'
import { setUp, workflowEnv, workingFolder } from './set-up.ts'
import { document, expression, indented, scalar, step } from './yaml.ts'

/** Under the ten minutes people wait; a job that takes longer is stuck. */
const checkMinutes = 10

export interface CiOptions {
  /** Go on after a step that failed, to learn of every task at once: for `gantry init --try`, not for the file. */
  keepGoing?: boolean
}

/** `.github/workflows/ci.yml`: what must be green before a pull request is merged. */
export function ciWorkflow(facts: RepositoryFacts, tasks: readonly Task[], options: CiOptions = {}): string {
  const jobs = planCi(facts, tasks)
  return document([
    'name: ci',
    '',
    'on:',
    '  pull_request:',
    '  push:',
    `    branches: [${scalar(facts.defaultBranch)}]`,
    '  merge_group:',
    '',
    'permissions:',
    '  contents: read',
    '',
    'concurrency:',
    `  group: ci-${expression('github.ref')}`,
    `  cancel-in-progress: ${expression("github.event_name == 'pull_request'")}`,
    '',
    ...workflowEnv(facts, facts.standIns),
    ...unsetNames(facts),
    'jobs:',
    ...jobs.flatMap(job => [...indented(jobLines(facts, job, options), 2), '']),
    ...indented(gate(jobs.map(({ key }) => key)), 2),
  ])
}

/** Secrets the code reads are named where somebody will look for them when a test asks for one. */
function unsetNames({ env }: RepositoryFacts): string[] {
  if (env.length === 0) return []
  const shown = env.slice(0, 20).map(({ name, packages }) => {
    const readers = packages.filter(dir => dir !== '.')
    return `#   ${name}${readers.length === 0 ? '' : ` (${readers.join(', ')})`}`
  })
  const more = env.length > 20 ? [`#   and ${env.length - 20} more: see .env.example`] : []
  return ['# Read by the code and not set here; a step that needs one gets it by `env:`:', ...shown, ...more, '']
}

function jobLines(facts: RepositoryFacts, { key, legs, steps }: CiJob, { keepGoing }: CiOptions): string[] {
  return [
    `${key}:`,
    ...(legs === undefined ? [`  name: ${key}`] : [`  name: ${expression('matrix.side')}`]),
    '  runs-on: ubuntu-latest',
    `  timeout-minutes: ${checkMinutes}`,
    ...(legs === undefined
      ? []
      : [
          '  strategy:',
          '    fail-fast: false',
          '    matrix:',
          '      include:',
          ...legs.flatMap(({ side, dirs }) => [
            `        - side: ${side}`,
            '          packages: >-',
            ...dirs.map(dir => `            ${filterOf([dir])}`),
          ]),
          '  env:',
          '    # Split into words on purpose where it is used.',
          `    PACKAGES: ${expression('matrix.packages')}`,
        ]),
    ...workingFolder(facts),
    '  steps:',
    ...indented([...setUp(facts), ...steps.flatMap(each => stepLines(each, keepGoing))], 4),
  ]
}

function stepLines({ name, lines, side, task }: CiStep, keepGoing = false): string[] {
  const conditions = [
    ...(side === undefined ? [] : [`matrix.side == '${side}'`]),
    ...(keepGoing && task !== undefined ? ['!cancelled()'] : []),
  ]
  const condition = conditions.join(' && ')
  return step({
    name,
    ...(conditions.length > 0 && { if: condition.startsWith('!') ? expression(condition) : condition }),
    run: lines,
  })
}

/** The one check branch protection asks for: a matrix leg that never ran reports no name of its own. */
const gate = (keys: readonly string[]): string[] => [
  '# The one check to require in the branch protection: a leg that never ran reports no name of its own.',
  'gate:',
  '  name: gate',
  '  if: always()',
  `  needs: [${keys.join(', ')}]`,
  '  runs-on: ubuntu-latest',
  '  timeout-minutes: 5',
  '  steps:',
  ...indented(
    step({
      name: 'Every job succeeded',
      env: { RESULTS: expression("join(needs.*.result, ' ')") },
      run: ['echo "results: $RESULTS"', 'for result in $RESULTS; do test "$result" = success; done'],
    }),
    4,
  ),
]
