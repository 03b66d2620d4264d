import { nothingDeployed } from '../nothing-deployed.ts'
import { stepsOf } from '../plan-ci.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import type { Task } from '../task.ts'
import { secretsOf } from '../vendors/at-vendor.ts'
import { browser, testSteps } from './e2e-workflow.ts'
import { checkOut, setUp, workflowEnv, workingFolder } from './set-up.ts'
import { document, expression, indented, scalar, step } from './yaml.ts'

/** `.github/workflows/deploy.yml`: an application goes to staging and production, a library to the registry. */
export function deployWorkflow(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  if (servicesOf(facts).length > 0) return workflow(facts, applicationJobs(facts, tasks))
  if (facts.packages.some(({ isPrivate }) => !isPrivate) || !facts.root.isPrivate) {
    return workflow(facts, [publishJob(facts, tasks)])
  }
  const { reason, remedy } = nothingDeployed(facts)
  return { reason: `${reason}, and every package is private`, remedy }
}

const workflow = (facts: RepositoryFacts, jobs: readonly (readonly string[])[]): string =>
  document([
    'name: deploy',
    '',
    'on:',
    '  push:',
    `    branches: [${scalar(facts.defaultBranch)}]`,
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

function applicationJobs(facts: RepositoryFacts, tasks: readonly Task[]): string[][] {
  const e2e = tasks.find(({ name }) => name === 'e2e')
  return [
    buildJob(facts, tasks),
    deployJob(facts, 'staging', ['build']),
    ...(e2e === undefined ? [] : [e2eJob(facts, e2e)]),
    [
      '# Waits for the gates and approvals of `production` in gantry.config.ts.',
      ...deployJob(facts, 'production', ['build', e2e === undefined ? 'staging' : 'e2e']),
    ],
  ]
}

function buildJob(facts: RepositoryFacts, tasks: readonly Task[]): string[] {
  const build = tasks.filter(({ name }) => name === 'build')
  return [
    'build:',
    '  name: build',
    '  runs-on: ubuntu-latest',
    '  timeout-minutes: 15',
    '  outputs:',
    `    release: ${expression('steps.release.outputs.release')}`,
    ...workingFolder(facts),
    '  steps:',
    ...indented(
      [
        ...setUp(facts),
        ...stepsOf(facts, build).flatMap(({ name, lines }) => step({ name, run: lines })),
        '# Packs what the build left and records the digests: the same bytes go to staging and to production.',
        ...step({
          name: 'Make the release',
          id: 'release',
          ...atTop(facts),
          env: fallbacks,
          run: [
            ...connect,
            'if test -z "$GANTRY_URL"; then',
            '  echo "::notice::nothing is deployed: set the variable GANTRY_URL and the secret GANTRY_TOKEN"',
            '  exit',
            'fi',
            install,
            'gantry release >> "$GITHUB_OUTPUT"',
          ],
        }),
      ],
      4,
    ),
  ]
}

const deployJob = (facts: RepositoryFacts, environment: string, needs: readonly string[]): string[] => [
  `${environment}:`,
  `  name: ${environment}`,
  `  needs: [${needs.join(', ')}]`,
  "  if: needs.build.outputs.release != ''",
  '  runs-on: ubuntu-latest',
  '  timeout-minutes: 20',
  `  environment: ${environment}`,
  '  concurrency:',
  `    group: deploy-${environment}`,
  '    cancel-in-progress: false',
  '  steps:',
  ...indented(
    [
      ...checkOut(),
      ...step({
        name: 'Deploy',
        env: { RELEASE: expression('needs.build.outputs.release'), ...fallbacks, ...vendorSecrets(facts) },
        run: [...connect, install, `gantry deploy --environment ${environment} --release "$RELEASE"`],
      }),
    ],
    4,
  ),
]

/** What vendors are asked with stays in the job: the server never has it. */
export function vendorSecrets(facts: RepositoryFacts): Record<string, string> {
  const providers = new Set(servicesOf(facts).map(({ deploy }) => String(deploy['provider'])))
  const names = [...providers].flatMap(provider => secretsOf[provider] ?? []).toSorted()
  return Object.fromEntries(names.map(name => [name, expression(`secrets.${name}`)]))
}

const e2eJob = (facts: RepositoryFacts, task: Task): string[] => [
  'e2e:',
  '  name: e2e',
  '  needs: [build, staging]',
  '  runs-on: ubuntu-latest',
  '  timeout-minutes: 20',
  ...workingFolder(facts),
  '  steps:',
  ...indented(
    [
      ...setUp(facts),
      ...browser(facts),
      '# NAME_URL=… for each service, one a line.',
      ...step({
        name: 'Find staging',
        ...atTop(facts),
        env: fallbacks,
        run: [...connect, install, 'gantry urls --environment staging >> "$GITHUB_ENV"'],
      }),
      ...testSteps(facts, task),
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
        ...setUp(facts, 'https://registry.npmjs.org'),
        ...stepsOf(facts, build).flatMap(({ name, lines }) => step({ name, run: lines })),
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

// Gantry's own runner sets GANTRY_URL and GANTRY_TOKEN by itself; on GitHub they are a variable and a secret.
export const fallbacks = {
  FALLBACK_URL: expression('vars.GANTRY_URL'),
  FALLBACK_TOKEN: expression('secrets.GANTRY_TOKEN'),
}
const either = (name: string, other: string) => `${name}="$\{${name}:-$${other}}"`
export const connect = [`export ${either('GANTRY_URL', 'FALLBACK_URL')} ${either('GANTRY_TOKEN', 'FALLBACK_TOKEN')}`]
// From the server that gives the token: it has the server's version, and nobody else can publish under its address.
export const install = 'command -v gantry || npm install --global "$GANTRY_URL/gantry.tgz"'

/** `gantry.config.ts` lies at the top. */
const atTop = ({ base }: RepositoryFacts) => (base === '' ? {} : { 'working-directory': '.' })
