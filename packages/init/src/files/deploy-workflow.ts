import { nothingDeployed } from '../nothing-deployed.ts'
import { stepsOf } from '../plan-ci.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import type { Task } from '../task.ts'
import { vercelBuildSteps } from '../vendors/vercel-build.ts'
import { connect, fallbacks, install, proving, vendorSecrets } from './asking-gantry.ts'
import { browser, testSteps } from './e2e-workflow.ts'
import { readyJob } from './ready-job.ts'
import { buildSteps, checkOut, setUp, workflowEnv, workingFolder } from './set-up.ts'
import { document, expression, indented, scalar, step } from './yaml.ts'

/** `.github/workflows/deploy.yml`: an application goes to staging and production, a library to the registry. */
export function deployWorkflow(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  if (servicesOf(facts).length > 0) return workflow(facts, applicationJobs(facts, tasks), true)
  if (facts.packages.some(({ isPrivate }) => !isPrivate) || !facts.root.isPrivate) {
    return workflow(facts, [publishJob(facts, tasks)])
  }
  const { reason, remedy } = nothingDeployed(facts)
  return { reason: `${reason}, and every package is private`, remedy }
}

const workflow = (facts: RepositoryFacts, jobs: readonly (readonly string[])[], isPromoted = false): string =>
  document([
    'name: deploy',
    ...(isPromoted ? [promotedTitle] : []),
    '',
    'on:',
    '  push:',
    `    branches: [${scalar(facts.defaultBranch)}]`,
    ...(isPromoted ? promotedInputs : []),
    '',
    'permissions:',
    '  contents: read',
    '',
    '# Each deploying job holds its own environment: a release that waits for approval must not keep the next from staging.',
    '',
    ...workflowEnv(facts),
    'jobs:',
    ...jobs.flatMap((job, index) => [...(index > 0 ? [''] : []), ...indented(job, 2)]),
  ])

/** Gantry finds the run it started again by the id of the promotion. */
const promotedTitle = `run-name: ${expression("inputs.promotion && format('promote {0}', inputs.promotion) || ''")}`

const promotedInputs = [
  '  # Gantry starts this on GitHub once a promotion is approved: no runner waits for people.',
  '  workflow_dispatch:',
  '    inputs:',
  ...['environment', 'release', 'promotion'].flatMap(name => [
    `      ${name}:`,
    '        required: true',
    '        type: string',
  ]),
]

function applicationJobs(facts: RepositoryFacts, tasks: readonly Task[]): string[][] {
  const e2e = tasks.find(({ name }) => name === 'e2e')
  const proved = ['build', e2e === undefined ? 'staging' : 'e2e']
  return [
    ['# Says what is missing before anything is paid for.', ...readyJob(facts)],
    buildJob(facts, tasks),
    deployJob(facts, { name: 'staging', environment: 'staging', needs: ['build'], release: built }),
    ...(e2e === undefined ? [] : [e2eJob(facts, e2e)]),
    ['# On GitHub, `production` is asked for and not waited for.', ...promoteJob(proved)],
    deployJob(facts, {
      name: 'promoted',
      environment: expression('inputs.environment'),
      needs: [],
      when: "github.event_name == 'workflow_dispatch'",
      release: expression('inputs.release'),
      // GitHub starts it at the newest commit of the branch.
      commit: expression('inputs.release'),
    }),
    [
      '# On a runner of Gantry, waits for the gates and approvals of `production` in gantry.config.ts.',
      ...deployJob(facts, {
        name: 'production',
        environment: 'production',
        needs: proved,
        when: "needs.build.outputs.on == 'gantry'",
        release: built,
      }),
    ],
  ]
}

/**
 * Of a job that carries out steps. Each step has a limit of its own, behind which it is taken back: a job that ends before takes
 * the way back with it. The longest is the 100 minutes of a rolling switch at Fly.
 */
export const stepMinutes = 120

const built = expression('needs.build.outputs.release')

function buildJob(facts: RepositoryFacts, tasks: readonly Task[]): string[] {
  const build = tasks.filter(({ name }) => name === 'build')
  return [
    'build:',
    '  name: build',
    '  needs: [ready]',
    "  if: needs.ready.outputs.missing == ''",
    '  runs-on: ubuntu-latest',
    '  timeout-minutes: 15',
    ...proving,
    '  outputs:',
    `    release: ${expression('steps.release.outputs.release')}`,
    `    on: ${expression('steps.release.outputs.on')}`,
    ...workingFolder(facts),
    '  steps:',
    ...indented(
      [
        ...setUp(facts, { env: facts.standIns }),
        ...buildSteps(facts, stepsOf(facts, build)),
        ...vercelBuildSteps(facts),
        '# Packs what the build left and records the digests: the same bytes go to staging and to production.',
        ...step({
          name: 'Make the release',
          id: 'release',
          ...atTop(facts),
          env: fallbacks,
          run: [
            // Gantry's own runner brings a token of its job.
            'echo "on=$(test -n "$GANTRY_TOKEN" && echo gantry || echo github)" >> "$GITHUB_OUTPUT"',
            ...connect,
            install,
            'gantry release >> "$GITHUB_OUTPUT"',
          ],
        }),
      ],
      4,
    ),
  ]
}

interface DeployingJob {
  name: string
  environment: string
  needs: readonly string[]
  when?: string
  release: string
  /** Left out where the run is of the commit that made the release. */
  commit?: string
}

const deployJob = (
  facts: RepositoryFacts,
  { name, environment, needs, when, release, commit }: DeployingJob,
): string[] => [
  `${name}:`,
  `  name: ${name}`,
  ...(needs.length === 0 ? [] : [`  needs: [${needs.join(', ')}]`]),
  ...(when === undefined ? [] : [`  if: ${when}`]),
  '  runs-on: ubuntu-latest',
  `  timeout-minutes: ${stepMinutes}`,
  ...proving,
  `  environment: ${environment}`,
  '  concurrency:',
  `    group: deploy-${environment}`,
  '    cancel-in-progress: false',
  ...(needsPackages(facts) ? workingFolder(facts) : []),
  '  steps:',
  ...indented(
    [
      ...(needsPackages(facts)
        ? setUp(facts, { env: facts.standIns, ...(commit !== undefined && { ref: commit }) })
        : checkOut(commit)),
      ...step({
        name: 'Deploy',
        ...(needsPackages(facts) ? atTop(facts) : {}),
        env: { ENVIRONMENT: environment, RELEASE: release, ...fallbacks, ...vendorSecrets(facts) },
        run: [...connect, install, 'gantry deploy --environment "$ENVIRONMENT" --release "$RELEASE"'],
      }),
    ],
    4,
  ),
]

/** A command of the repository applies the migrations, with the tool that its packages bring. */
const needsPackages = (facts: RepositoryFacts): boolean =>
  servicesOf(facts).some(({ deploy }) => deploy['command'] !== undefined)

const promoteJob = (needs: readonly string[]): string[] => [
  'promote:',
  '  name: promote',
  `  needs: [${needs.join(', ')}]`,
  "  if: needs.build.outputs.on == 'github'",
  '  runs-on: ubuntu-latest',
  '  timeout-minutes: 5',
  ...proving,
  '  steps:',
  ...indented(
    [
      ...checkOut(),
      ...step({
        name: 'Ask for production',
        env: { RELEASE: expression('needs.build.outputs.release'), ...fallbacks },
        run: [...connect, install, 'gantry promote --environment production --release "$RELEASE"'],
      }),
    ],
    4,
  ),
]

const e2eJob = (facts: RepositoryFacts, task: Task): string[] => [
  'e2e:',
  '  name: e2e',
  '  needs: [build, staging]',
  '  runs-on: ubuntu-latest',
  '  timeout-minutes: 20',
  ...proving,
  ...workingFolder(facts),
  '  steps:',
  ...indented(
    [
      ...setUp(facts, { env: facts.standIns }),
      ...browser(facts),
      '# NAME_URL=… for each service, one a line.',
      ...step({
        name: 'Find staging',
        ...atTop(facts),
        env: fallbacks,
        run: [...connect, install, 'gantry urls --environment staging >> "$GITHUB_ENV"'],
      }),
      ...testSteps(facts, task, facts.standIns),
    ],
    4,
  ),
]

/** Only versions the registry does not have yet are published, so a push without a new version publishes nothing. */
function publishJob(facts: RepositoryFacts, tasks: readonly Task[]): string[] {
  const build = tasks.filter(({ name }) => name === 'build')
  const line = facts.hasChangesets ? 'pnpm exec changeset publish' : 'pnpm -r publish --access public --no-git-checks'
  return [
    '# Armed by the variable PUBLISH=on, once the environment `npm` has its secret NPM_TOKEN.',
    'publish:',
    '  name: publish',
    "  if: vars.PUBLISH == 'on'",
    '  runs-on: ubuntu-latest',
    '  timeout-minutes: 15',
    '  environment: npm',
    '  concurrency:',
    '    group: deploy-npm',
    '    cancel-in-progress: false',
    ...workingFolder(facts),
    '  steps:',
    ...indented(
      [
        ...setUp(facts, { registry: 'https://registry.npmjs.org', env: facts.standIns }),
        ...buildSteps(facts, stepsOf(facts, build)),
        ...step({
          name: 'Publish what is new',
          env: { NODE_AUTH_TOKEN: expression('secrets.NPM_TOKEN') },
          run: [line],
        }),
      ],
      4,
    ),
  ]
}

/** `gantry.config.ts` lies at the top. */
const atTop = ({ base }: RepositoryFacts) => (base === '' ? {} : { 'working-directory': '.' })
