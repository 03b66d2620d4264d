import { fromTop } from '../from-top.ts'
import { pins } from '../pins.ts'
import { linesOf, stepsOf } from '../plan-ci.ts'
import type { Document } from '../planned-file.ts'
import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import type { Task } from '../task.ts'
import { setUp, workflowEnv, workingFolder } from './set-up.ts'
import { document, expression, indented, step } from './yaml.ts'

/** `.github/workflows/e2e.yml`: the browser tests, every night and by hand; without any, the deployed addresses. */
export function e2eWorkflow(facts: RepositoryFacts, tasks: readonly Task[]): Document {
  const task = tasks.find(({ name }) => name === 'e2e')
  if (task !== undefined) return workflow(facts, 'e2e', 20, [...setUp(facts), ...browserSteps(facts, tasks, task)])
  const asked = servicesOf(facts).filter(({ health }) => health !== undefined)
  if (asked.length === 0) {
    return {
      reason: 'there are no browser tests and no service whose address could be asked',
      remedy: 'add "e2e": "playwright test" and run `gantry init` again',
    }
  }
  const steps = asked.flatMap(({ name, health = '/' }) =>
    step({
      name: `Ask ${name}`,
      env: { ADDRESS: expression(`vars.${variableOf(name)}`), PATH_ASKED: health },
      run: [
        `if test -z "$ADDRESS"; then echo "::notice::${name} is not asked: set the variable ${variableOf(name)}"; exit; fi`,
        'curl --fail --silent --show-error --retry 3 --max-time 20 --output /dev/null "$ADDRESS$PATH_ASKED"',
      ],
    }),
  )
  return workflow(facts, 'smoke', 5, steps)
}

/** Not `NAME_URL`, which the code itself may read. @example variableOf('admin-panel') // SMOKE_ADMIN_PANEL_URL */
const variableOf = (service: string): string => `SMOKE_${service.toUpperCase().replaceAll('-', '_')}_URL`

const workflow = (facts: RepositoryFacts, job: string, minutes: number, steps: readonly string[]): string =>
  document([
    'name: e2e',
    '',
    'on:',
    '  schedule:',
    '    - cron: "41 2 * * *"',
    '  workflow_dispatch:',
    '',
    'permissions:',
    '  contents: read',
    '',
    'concurrency:',
    `  group: e2e-${expression('github.ref')}`,
    '  cancel-in-progress: true',
    '',
    ...(job === 'e2e' ? workflowEnv(facts, facts.standIns) : []),
    'jobs:',
    `  ${job}:`,
    `    name: ${job}`,
    '    runs-on: ubuntu-latest',
    `    timeout-minutes: ${minutes}`,
    ...(job === 'e2e' ? indented(workingFolder(facts), 2) : []),
    '    steps:',
    ...indented(steps, 6),
  ])

/** A browser, what the tests need built, the tests, and what they left behind when one failed. */
function browserSteps(facts: RepositoryFacts, tasks: readonly Task[], task: Task): string[] {
  const build = tasks.filter(({ name }) => name === 'build')
  const prepared = stepsOf(facts, [...build]).flatMap(({ name, lines }) => step({ name, run: lines }))
  return [...browser(facts), ...prepared, ...testSteps(facts, task)]
}

/** @param env of the tests, where the workflow does not have it */
export function testSteps(facts: RepositoryFacts, task: Task, env: Readonly<Record<string, string>> = {}): string[] {
  const found = [facts.root, ...facts.packages].filter(each => each.dependencies.has('@playwright/test'))
  const reports = found.map(({ dir }) => fromTop(facts.base, dir === '.' ? 'test-results' : `${dir}/test-results`))
  return [
    ...step({ name: 'Test in a browser', env, run: task.commands.flatMap(command => linesOf(facts, command)) }),
    ...(reports.length === 0
      ? []
      : step({
          name: 'Keep the traces',
          if: 'failure()',
          uses: pins.uploadArtifact,
          with: {
            name: 'e2e-traces',
            path: reports,
            'if-no-files-found': 'ignore',
            'retention-days': '7',
          },
        })),
  ]
}

/** GitHub's machines get the browser this Playwright was made for; a machine somebody works on keeps its own. */
export function browser(facts: RepositoryFacts): string[] {
  const owner = [facts.root, ...facts.packages].find(each => each.dependencies.has('@playwright/test'))
  if (owner === undefined) return []
  const exec = owner.dir === '.' ? 'pnpm exec' : `pnpm --filter ./${owner.dir} exec`
  return step({
    name: 'Install a browser',
    run: [
      'if test "$RUNNER_ENVIRONMENT" = github-hosted; then',
      `  ${exec} playwright install --with-deps chromium`,
      'fi',
    ],
  })
}
