import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseRemoteUses } from '@gantry/workflow'
import { jobs, oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import type { Machine } from '../../run/machine.ts'
import { conclusions, gitRepository, runText, tempFolder, testMachine, writeFiles } from '../../testing/test-machine.ts'
import type { MissingAction } from './missing-action.ts'
import { isReport } from './report-actions.ts'

const greeter = {
  'action.yml':
    'name: greet\ninputs: { who: { default: world } }\noutputs: { said: {} }\nruns: { using: node20, pre: pre.js, main: dist/main.js, post: post.js }',
  'pre.js': 'console.log("pre")',
  'dist/main.js':
    'const fs = require("node:fs"); const who = process.env.INPUT_WHO; console.log(require("../lib.js") + who); fs.appendFileSync(process.env.GITHUB_OUTPUT, `said=hi ${who}\\n`); fs.appendFileSync(process.env.GITHUB_STATE, "who=" + who)',
  'post.js': 'console.log("post " + process.env.STATE_who)',
  'lib.js': 'module.exports = "hello "',
  'sub/action.yaml':
    'name: sub\nruns: { using: composite, steps: [{ uses: acme/greet@v1, with: { who: inner } }, { run: "ls $GITHUB_ACTION_PATH", shell: bash }] }',
  'wraps-own/action.yml': 'name: w\nruns: { using: composite, steps: [{ uses: $/sub }] }',
  'docker/action.yml': 'name: d\nruns: { using: docker, image: Dockerfile }',
  'wraps-docker/action.yml': 'name: w\nruns: { using: composite, steps: [{ uses: acme/greet/docker@v1 }] }',
  'wraps-missing/action.yml': 'name: w\nruns: { using: composite, steps: [{ uses: acme/none@v1 }] }',
  'wraps-itself/action.yml': 'name: w\nruns: { using: composite, steps: [{ uses: acme/greet/wraps-itself@v1 }] }',
}

/** A folder of repositories, as a server of git has them, with `acme/greet` in it. */
function mirrorWith(files: Record<string, string> = greeter): {
  mirror: string
  sha: string
  git: (...args: string[]) => string
} {
  const mirror = tempFolder()
  const { path, sha } = gitRepository(files)
  mkdirSync(join(mirror, 'acme'))
  const home = join(mirror, 'acme/greet')
  renameSync(path, home)
  mkdirSync(path)
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: home,
      encoding: 'utf8',
    })
  git('tag', 'v1')
  git('branch', 'releases/v1')
  return { mirror, sha, git }
}

const fromMirror = (mirror: string, changes: Partial<Machine> = {}): ReturnType<typeof testMachine> =>
  testMachine({ actionsMirror: mirror, actionsDir: tempFolder(), ...changes })

/** A machine that keeps what it is told is missing, and whether a job had begun by then. */
function listening(mirror: string) {
  const told: (MissingAction & { isBeforeAll: boolean })[] = []
  const machine: ReturnType<typeof testMachine> = fromMirror(mirror, {
    lacks: missing => told.push(...missing.map(each => ({ ...each, isBeforeAll: machine.events.length === 0 }))),
  })
  return { machine, told }
}

describe('an action of another repository', () => {
  const { mirror, sha } = mirrorWith()

  test.each(['v1', 'main', 'releases/v1', sha])('runs as a local one does, from %s', async ref => {
    const { log, job } = await runText(
      oneJob(
        `- id: g\n  uses: acme/greet@${ref}\n  with: { who: Ada, odd: 1 }\n- run: echo "\${{ steps.g.outputs.said }}"`,
      ),
      fromMirror(mirror),
    )
    expect(log).toBe(`##[warning]expected inputs of acme/greet@${ref}, got "odd"\npre\nhello Ada\nhi Ada\npost Ada`)
    expect(
      job('a')
        .steps.map(({ name, conclusion }) => `${name}: ${conclusion}`)
        .at(-1),
    ).toBe(`Post Run acme/greet@${ref}: success`)
  })

  test('a commit that no ref points at is found in the history', async () => {
    const old = mirrorWith()
    writeFiles(join(old.mirror, 'acme/greet'), { 'lib.js': 'module.exports = "newer "' })
    old.git('commit', '--quiet', '-am', 'newer')
    old.git('tag', '-d', 'v1')
    old.git('branch', '-D', 'releases/v1')
    const short = old.sha.slice(0, 10)
    for (const ref of [old.sha, short]) {
      expect((await runText(oneJob(`- uses: acme/greet@${ref}`), fromMirror(old.mirror))).log).toContain('hello world')
    }
    expect((await runText(oneJob('- uses: acme/greet@main'), fromMirror(old.mirror))).log).toContain('newer world')
  })

  test('in a folder of its repository may be composite and use others', async () => {
    const { log } = await runText(oneJob('- uses: acme/greet/sub@v1'), fromMirror(mirror))
    expect(log).toBe('pre\nhello inner\naction.yaml\npost inner')
  })

  test('means its own repository by $/', async () => {
    const machine = fromMirror(mirror, { source: { checkout: () => Promise.reject(new Error('asked for ours')) } })
    const { log } = await runText(oneJob('- uses: acme/greet/wraps-own@v1'), machine)
    expect(log).toBe('pre\nhello inner\naction.yaml\npost inner')
  })

  test('is cloned once, by the first of many jobs, and then needs nobody', async () => {
    const machine = fromMirror(mirror)
    const text = jobs(['a', ''], ['b', ''], ['c', '']).replaceAll("run: 'true'", 'uses: acme/greet@v1')
    expect((await runText(text, machine)).run.conclusion).toBe('success')
    const dir = machine.actionsDir ?? ''
    expect(readdirSync(join(dir, 'acme/greet'))).toEqual(['v1'])
    expect(existsSync(join(dir, 'acme/greet/v1/.git'))).toBe(false)
    const offline = fromMirror('/nowhere', { actionsDir: dir })
    const spelt = text.replaceAll('acme/greet', 'Acme/Greet')
    expect((await runText(spelt, offline)).run.conclusion).toBe('success')
  })

  test('two runs that clone the same at once both get it', async () => {
    const machine = fromMirror(mirror)
    const all = await Promise.all(
      [1, 2, 3, 4].map(() =>
        runText(oneJob('- uses: acme/greet@v1'), fromMirror(mirror, { actionsDir: machine.actionsDir ?? '' })),
      ),
    )
    expect(all.map(({ run }) => run.conclusion)).toEqual(Array(4).fill('success'))
    expect(readdirSync(join(machine.actionsDir ?? '', 'acme/greet'))).toEqual(['v1'])
  })

  test('is kept in the cache of the user unless the machine says otherwise', async () => {
    const { actionsDir: _, ...machine } = fromMirror(mirror)
    await runText(oneJob('- uses: acme/greet@v1'), machine)
    expect(existsSync(join(machine.env.HOME ?? '', '.cache/gantry/actions/acme/greet/v1/action.yml'))).toBe(true)
    machine.env.XDG_CACHE_HOME = tempFolder()
    await runText(oneJob('- uses: acme/greet@v1'), machine)
    expect(existsSync(join(machine.env.XDG_CACHE_HOME, 'gantry/actions/acme/greet/v1/action.yml'))).toBe(true)
  })

  test('that is nowhere is told before any job, with the line, the folder and where it was looked for', async () => {
    const { machine, told } = listening('/nowhere')
    const text = oneJob('- run: echo started\n- name: greet\n  uses: acme/greet@releases/v1')
    const { run, log } = await runText(text, machine)
    const folder = join(machine.actionsDir ?? '', 'acme/greet/releases%2Fv1')
    const [{ error, isBeforeAll } = {}] = told
    expect(error?.code).toBe('ACTION_UNAVAILABLE')
    expect(isBeforeAll).toBe(true)
    expect(error?.message).toMatch(
      /^\.github\/workflows\/test\.yml:7:9: expected the action acme\/greet at releases\/v1, got none: it is not in .*, and could not be fetched from \/nowhere\/acme\/greet \(fatal: .*\)$/,
    )
    expect(error?.message).toContain(folder)
    expect(run.conclusion).toBe('failure')
    expect(log).toContain('started')
    // As the message says: its files in that folder are enough.
    mkdirSync(dirname(folder), { recursive: true })
    writeFiles(folder, greeter)
    expect((await runText(text, machine)).log).toContain('hello world')
  })

  test('that is nowhere lets all other jobs and the steps before it run, and fails where its turn comes', async () => {
    const { machine } = listening('/nowhere')
    const text = `${jobs(['a', ''], ['b', 'needs: a'])}  c:
    runs-on: x
    steps:
      - run: echo before
      - uses: acme/greet@v1
      - run: echo after
      - if: failure()
        run: echo tidied
  d: { runs-on: x, steps: [{ if: "false", uses: acme/greet@v1 }] }
`
    const { run, log } = await runText(text, machine)
    expect(conclusions(run)).toEqual({ a: 'success', b: 'success', c: 'failure', d: 'success' })
    expect(log).toMatch(/before[\s\S]*expected the action acme\/greet at v1, got none[\s\S]*tidied/)
    expect(log).not.toContain('after')
  })

  test('that is nowhere keeps a job that deploys from beginning', async () => {
    const text = oneJob('- run: echo began\n- uses: acme/greet@v1', 'environment: production')
    const { log, job } = await runText(text, listening('/nowhere').machine)
    expect(job('a')).toMatchObject({ conclusion: 'failure', steps: [] })
    expect(job('a').annotations[0]?.message).toMatch(/test\.yml:8:9: expected the action acme\/greet/)
    expect(log).toBe('')
  })

  test('that only reports is skipped by name where it is nowhere, and the verdict is that of the rest', async () => {
    const { machine, told } = listening('/nowhere')
    const steps = '- run: "true"\n- { id: up, name: Upload, uses: CodeCov/codecov-action@v5 }'
    const asked = "- if: steps.up.outcome == 'skipped'\n  run: echo went on"
    const { run, job, log } = await runText(oneJob(`${steps}\n${asked}`), machine)
    expect(run.conclusion).toBe('success')
    expect(log).toContain('went on')
    expect(told).toMatchObject([{ name: 'Upload', isReport: true, isBeforeAll: true }])
    expect(job('a').steps[1]).toMatchObject({
      conclusion: 'skipped',
      omitted: 'CodeCov/codecov-action@v5 only reports, and is not on this machine',
    })
    const failed = await runText(oneJob(steps.replace('"true"', '"false"')), listening('/nowhere').machine)
    expect(failed.run.conclusion).toBe('failure')
    expect(failed.job('a').steps[1]).not.toHaveProperty('omitted')
  })

  test('that only reports is skipped inside a local action too', async () => {
    const inner = '{ uses: codecov/codecov-action@v5 }, { run: echo inner, shell: bash }'
    const files = { 'act/action.yml': `name: a\nruns: { using: composite, steps: [${inner}] }` }
    const machine = fromMirror('/nowhere', { source: sourceOf(files) })
    const { job, log, run } = await runText(oneJob('- uses: actions/checkout@v4\n- uses: ./act'), machine)
    expect(run.conclusion).toBe('success')
    expect(log).toContain('inner')
    expect(job('a').steps[1]?.omitted).toContain('codecov/codecov-action@v5 only reports')
  })

  test.each([
    ['a ref there is not', 'acme/greet@v9', 'ACTION_UNAVAILABLE', /at v9, got none.*couldn't find remote ref v9/],
    ['a commit there is not', `acme/greet@${'0'.repeat(40)}`, 'ACTION_UNAVAILABLE', /at 0{40}, got none/],
    [
      'a folder without an action',
      'acme/greet/dist@v1',
      'ACTION_UNAVAILABLE',
      /expected an action\.yml in .*acme\/greet\/v1\/dist, got none/,
    ],
    [
      'one that needs Docker',
      'acme/greet/docker@v1',
      'WORKFLOW_UNSUPPORTED',
      /test\.yml:6:9: acme\/greet\/docker@v1\/action\.yml:2:7: .*got "docker"/,
    ],
    [
      'one that uses one that needs Docker',
      'acme/greet/wraps-docker@v1',
      'WORKFLOW_UNSUPPORTED',
      /test\.yml:6:9: acme\/greet\/wraps-docker@v1: .*got "docker"/,
    ],
    [
      'one that uses one that is missing',
      'acme/greet/wraps-missing@v1',
      'ACTION_UNAVAILABLE',
      /wraps-missing@v1: expected the action acme\/none at v1/,
    ],
    ['one that uses itself', 'acme/greet/wraps-itself@v1', 'ACTION_UNAVAILABLE', /at most 10 deep/],
    ['a misspelt built-in one', 'actions/chekout@v4', 'ACTION_UNAVAILABLE', /did you mean "actions\/checkout"\?$/],
  ])('%s is told before anything starts, and its job fails', async (_, uses, code, message) => {
    const { machine, told } = listening(mirror)
    const { run } = await runText(oneJob(`- uses: ${uses}`), machine)
    expect(told).toMatchObject([{ isBeforeAll: true, error: { code } }])
    expect(told[0]?.error.message).toMatch(message)
    expect(run.conclusion).toBe('failure')
  })

  test('inside a local action is fetched when it is used', async () => {
    const files = { 'act/action.yml': 'name: a\nruns: { using: composite, steps: [{ uses: acme/greet@v1 }] }' }
    const steps = '- uses: actions/checkout@v4\n- uses: ./act'
    expect((await runText(oneJob(steps), fromMirror(mirror, { source: sourceOf(files) }))).log).toContain('hello world')
    const { job } = await runText(oneJob(steps), fromMirror('/nowhere', { source: sourceOf(files) }))
    expect(job('a').annotations[0]?.message).toContain('expected the action acme/greet at v1, got none: it is not in')
  })

  test('a clone that was cut off leaves nothing that counts', async () => {
    const machine = fromMirror(mirror)
    mkdirSync(join(machine.actionsDir ?? '', 'acme/greet/.half'), { recursive: true })
    writeFileSync(join(machine.actionsDir ?? '', 'acme/greet/.half/action.yml'), 'name: half')
    expect((await runText(oneJob('- uses: acme/greet@v1'), machine)).log).toContain('hello world')
  })

  test('asks git nothing that a hook or another repository would answer', async () => {
    process.env.GIT_DIR = '/elsewhere'
    const { run } = await runText(oneJob('- uses: acme/greet@v1'), fromMirror(mirror))
    delete process.env.GIT_DIR
    expect(run.conclusion).toBe('success')
  })
})

function sourceOf(files: Record<string, string>): Machine['source'] {
  return { checkout: async dest => writeFiles(dest, files) }
}

test.each([
  ['codecov/codecov-action@v5', {}, true],
  ['Codecov/Codecov-Action@v5', { fail_ci_if_error: 'true' }, true],
  ['dorny/test-reporter@v2', {}, false],
  ['dorny/test-reporter@v2', { 'fail-on-error': 'false' }, true],
  ['mikepenz/action-junit-report@v5', { fail_on_failure: 'true' }, false],
  ['artiomtr/jest-coverage-report-action@v2', {}, false],
  ['reviewdog/action-eslint@v1', {}, false],
])('%s with %j only reports: %s', (uses, inputs, expected) => expect(isReport(uses, inputs)).toBe(expected))

test.each([
  ['a/b@v1', { owner: 'a', name: 'b', path: '', ref: 'v1' }],
  ['a-1/b.c_d/x/y@feat/z', { owner: 'a-1', name: 'b.c_d', path: 'x/y', ref: 'feat/z' }],
  ['a/b', undefined],
  ['a@v1', undefined],
  ['a/..@v1', undefined],
  ['a/b/../c@v1', undefined],
  ['a/b@--upload-pack=x', undefined],
  ['a/b@v1:x', undefined],
  ['../b@v1', undefined],
])('%s', (uses, parsed) => {
  expect(parseRemoteUses(uses)).toEqual(parsed)
})
