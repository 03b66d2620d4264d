import { fromTop } from '../from-top.ts'
import { pins } from '../pins.ts'
import type { CiStep } from '../plan-ci.ts'
import type { RepositoryFacts } from '../repository.ts'
import { scalar, step } from './yaml.ts'

const nodeFiles = ['.nvmrc', '.node-version', '.tool-versions']

/** @param ref the commit; left out: the one the run is of */
export const checkOut = (ref?: string, name = 'Check out'): string[] =>
  step({ name, uses: pins.checkout, with: { ...(ref !== undefined && { ref }), 'persist-credentials': 'false' } })

interface SetUp {
  registry?: string
  /** The commit; left out: the one the run is of. */
  ref?: string
  /** Of the step that installs, where the workflow does not have it. */
  env?: Readonly<Record<string, string>>
}

/** Checkout, pnpm, Node and packages. pnpm comes before setup-node, whose cache asks pnpm where its store is. */
export function setUp(facts: RepositoryFacts, { registry, ref, env = {} }: SetUp = {}): string[] {
  const { base, pnpm, node, hasLockfile } = facts
  return [
    ...checkOut(ref),
    ...step({
      name: 'Install pnpm',
      // Below the runner's own folder: a machine somebody works on keeps the pnpm it has.
      run: [
        `test "$(pnpm --version 2>/dev/null)" = ${pnpm.version} && exit`,
        `npm install --global --prefix "$RUNNER_TEMP/pnpm" pnpm@${pnpm.version}`,
        'echo "$RUNNER_TEMP/pnpm/bin" >> "$GITHUB_PATH"',
      ],
    }),
    ...step({
      name: 'Set up Node',
      uses: pins.setupNode,
      with: {
        ...(nodeFiles.includes(node.why)
          ? { 'node-version-file': fromTop(base, node.why) }
          : { 'node-version': /^\d+$|^\d+\.\d+\.\d+$/.test(node.version) ? node.version : `"${node.version}"` }),
        // Without a lockfile there is nothing to cache by, and setup-node fails.
        ...(hasLockfile
          ? { cache: 'pnpm', ...(base !== '' && { 'cache-dependency-path': `${base}/pnpm-lock.yaml` }) }
          : { 'package-manager-cache': 'false' }),
        ...(registry !== undefined && { 'registry-url': registry }),
      },
    }),
    ...step({ name: 'Install packages', env, run: [hasLockfile ? 'pnpm install --frozen-lockfile' : 'pnpm install'] }),
  ]
}

/** Of a workflow that deploys elsewhere: what is built has the stand-ins, step by step. */
export const buildSteps = ({ standIns: env }: RepositoryFacts, steps: readonly CiStep[]): string[] =>
  steps.flatMap(({ name, lines }) => step({ name, env, run: lines }))

/**
 * `env:` of a workflow: what tools need to do in a run, or to leave, other than for people. Secrets of a step stand before it.
 * @param more for all its steps, where none of them deploys
 */
export function workflowEnv({ jobEnv, turbo }: RepositoryFacts, more: Readonly<Record<string, string>> = {}): string[] {
  const values = {
    ...jobEnv,
    ...more,
    ...(turbo !== undefined && { TURBO_TELEMETRY_DISABLED: '1' }),
  }
  const entries = Object.entries(values)
  if (entries.length === 0) return []
  return ['env:', ...entries.map(([name, value]) => `  ${name}: "${value}"`), '']
}

/** Of a job that works in the packages: where they are, when that is not the top. */
export const workingFolder = ({ base }: RepositoryFacts): string[] =>
  base === '' ? [] : ['  defaults:', '    run:', `      working-directory: ${scalar(base)}`]
