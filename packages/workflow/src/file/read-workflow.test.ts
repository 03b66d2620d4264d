import { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'
import { oneJob } from '../testing/workflow-texts.ts'
import { readWorkflow } from './read-workflow.ts'

function refusal(text: string): GantryError {
  try {
    readWorkflow('ci.yml', text)
  } catch (error) {
    if (error instanceof GantryError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const ok = oneJob('- run: echo hi')

describe('reading', () => {
  test('keeps every field a run needs', () => {
    const workflow = readWorkflow(
      'ci.yml',
      `
name: CI
run-name: Deploy by \${{ github.actor }}
on:
  push: { branches: [main, 'rel/**'], paths-ignore: [docs/**] }
  schedule: [{ cron: '0 3 * * *', timezone: Europe/Berlin }]
  workflow_dispatch:
    inputs:
      where: { type: choice, options: [a, b], default: a, description: d, required: true }
      none:
    unknown-key: fine
permissions: { contents: read }
env: { N: 1.10, T: true, E: }
defaults: { run: { shell: bash, working-directory: sub } }
concurrency: { group: 'x-\${{ github.ref }}', cancel-in-progress: true }
jobs:
  build:
    name: Build \${{ matrix.part }}
    needs: []
    runs-on: [self-hosted, linux]
    environment: { name: staging, url: 'https://\${{ steps.x.outputs.host }}' }
    strategy: { fail-fast: false, max-parallel: 2, matrix: { part: [a, b], include: [{ part: a, more: 1 }] } }
    timeout-minutes: 5
    continue-on-error: \${{ matrix.part == 'a' }}
    outputs: { o: "\${{ steps.x.outputs.o }}" }
    concurrency: one
    steps:
      - { id: x, name: n, if: always(), run: 'echo', shell: sh, working-directory: w, timeout-minutes: 1, continue-on-error: true, env: { A: b } }
      - { uses: actions/checkout@v4, with: { fetch-depth: 0 } }
`,
    )
    expect(workflow).toMatchObject({
      name: 'CI',
      env: { N: 1.1, T: true, E: null },
      concurrency: { group: 'x-${{ github.ref }}', cancelInProgress: true },
      on: [
        { event: 'push', branches: ['main', 'rel/**'], pathsIgnore: ['docs/**'] },
        { schedules: [{ cron: '0 3 * * *', timezone: 'Europe/Berlin' }] },
        { inputs: { where: { type: 'choice', options: ['a', 'b'], required: true }, none: { type: 'string' } } },
      ],
      jobs: [
        {
          key: 'build',
          environment: { name: 'staging' },
          strategy: { failFast: false, maxParallel: 2 },
          timeoutMinutes: 5,
          steps: [
            { id: 'x', timeoutMinutes: 1, continueOnError: true, env: { A: 'b' } },
            { with: { 'fetch-depth': '0' } },
          ],
        },
      ],
    })
    expect(workflow.jobs[0]?.at).toEqual({ line: 17, column: 3 })
  })

  test('follows anchors and aliases', () => {
    const text = `on: push\njobs:\n  a: &job\n    runs-on: x\n    steps: &steps\n      - run: echo\n  b:\n    runs-on: x\n    steps: *steps\n  c: *job\n`
    expect(readWorkflow('ci.yml', text).jobs.map(job => job.steps.length)).toEqual([1, 1, 1])
  })

  test('takes `on` as a word, a list or a mapping', () => {
    expect(readWorkflow('ci.yml', ok).on.map(({ event }) => event)).toEqual(['push'])
    expect(readWorkflow('ci.yml', ok.replace('on: push', 'on: [push, pull_request]')).on).toHaveLength(2)
    expect(readWorkflow('ci.yml', ok.replace('on: push', 'on: { push: , workflow_dispatch: }')).on).toHaveLength(2)
  })

  test('reads a called workflow with its outputs, and names a file without a name by its path', () => {
    const called = ok.replace(
      'on: push',
      'on: { workflow_call: { outputs: { o: { value: "${{ jobs.a.outputs.x }}" }, p: { value: "" } } } }',
    )
    expect(readWorkflow('ci.yml', called)).toMatchObject({
      name: 'ci.yml',
      on: [{ outputs: { o: '${{ jobs.a.outputs.x }}', p: '' } }],
    })
  })
})

describe('refusing, with file, line and column', () => {
  test.each([
    ['malformed YAML', 'on: push\njobs: [', 'ci.yml:2:8: expected well-formed YAML'],
    ['nothing at all', '', 'ci.yml:1:1: expected a workflow to be a mapping, got nothing'],
    ['a list', '- a', 'expected a workflow to be a mapping, got a list'],
    [
      'an unknown key, with the word it may have meant',
      `${ok}premissions: read-all\n`,
      'got "premissions"; did you mean "permissions"?',
    ],
    ['an unknown key of a job', oneJob('- run: a', 'need: b'), 'ci.yml:5:5: expected one of name, needs'],
    ['an unknown key of a step', oneJob('- runs: a'), 'did you mean "run"?'],
    ['no jobs', 'on: push', 'expected a workflow to have "jobs", got none'],
    ['no runs-on', 'on: push\njobs:\n  a:\n    steps: [{ run: a }]', 'ci.yml:3:3: expected job a to have "runs-on"'],
    [
      'steps that are no list',
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps: 5',
      'expected steps to be a list, got 5',
    ],
    ['a step that does nothing', oneJob('- name: a'), 'to have "run" or "uses", got neither'],
    ['a step that does both', oneJob('- run: a\n  uses: ./x'), 'to have "run" or "uses", got both'],
    ['two steps of one id', oneJob('- { id: x, run: a }\n- { id: X, run: b }'), 'got "X" again'],
    ['a bad step id', oneJob('- { id: "1 2", run: a }'), 'got "1 2"'],
    ['a bad job key', ok.replace('  a:', '  1a:'), "expected a job's key to start with"],
    ['an unknown event', ok.replace('push', 'pusch'), 'did you mean "push"?'],
    ['an unknown event with filters', ok.replace('on: push', 'on: { pusch: { branches: [a] } }'), 'got "pusch"'],
    ['an unknown filter', ok.replace('on: push', 'on: { push: { brnches: [a] } }'), 'did you mean "branches"?'],
    [
      'branches with branches-ignore',
      ok.replace('on: push', 'on: { push: { branches: [a], branches-ignore: [b] } }'),
      'got both',
    ],
    ['a cron of four fields', ok.replace('on: push', 'on: { schedule: [{ cron: "0 3 * *" }] }'), 'cron of five fields'],
    [
      'an unknown input type',
      ok.replace('on: push', 'on: { workflow_dispatch: { inputs: { a: { type: text } } } }'),
      'got "text"',
    ],
    [
      'an unknown need, with the word it may have meant',
      oneJob('- run: a', 'needs: [aa]'),
      'got "aa"; did you mean "a"?',
    ],
    [
      'a circle of needs',
      'on: push\njobs:\n  a: { runs-on: x, needs: b, steps: [{ run: a }] }\n  b: { runs-on: x, needs: [a], steps: [{ run: a }] }',
      'got a → b → a',
    ],
    ['a bad expression', oneJob('- run: echo ${{ github.ref == }}'), 'ci.yml:6:14: expected an expression over'],
    ['an expression that does not end', oneJob('- run: echo ${{ github.ref'), 'expected }} after ${{'],
    ['an empty expression', oneJob('- run: echo ${{ }}'), 'expected an expression'],
    [
      'a context where it does not exist',
      oneJob('- run: a', 'if: steps.a.outputs.b'),
      "Unrecognized named-value: 'steps'",
    ],
    ['secrets in a condition', oneJob("- run: a\n  if: secrets.A != ''"), "Unrecognized named-value: 'secrets'"],
    ['an unknown function', oneJob('- run: a\n  if: sucess()'), "Unrecognized function: 'sucess'"],
    ['a bad timeout', oneJob('- run: a', 'timeout-minutes: soon'), 'a number above 0 or an expression, got "soon"'],
    ['a bad switch', oneJob('- run: a', 'continue-on-error: yes'), 'true, false or an expression, got "yes"'],
    ['concurrency without a group', `${ok}concurrency: { cancel-in-progress: true }\n`, 'to have a "group"'],
    ['an environment without a name', oneJob('- run: a', 'environment: { url: x }'), 'to have a "name"'],
    [
      'a matrix vector that is no list',
      oneJob('- run: a', 'strategy: { matrix: { a: 5 } }'),
      'expected matrix.a to be a list',
    ],
    ['an empty matrix vector', oneJob('- run: a', 'strategy: { matrix: { a: [] } }'), 'at least one value'],
    ['a mapping where one value belongs', oneJob('- run: { a: b }'), 'to be a single value, got a mapping'],
    ['empty runs-on', ok.replace('ubuntu-latest', ''), 'expected runs-on to name a machine'],
    ['an action without a version', oneJob('- uses: actions/checkout'), 'such as actions/checkout@v4'],
    ['the same key twice', `${ok}on: push\n`, 'expected well-formed YAML, got: Map keys must be unique'],
    ['an anchor inside itself', 'on: push\njobs: &a\n  b: *a\n', 'ci.yml:'],
    [
      'anchors that never end',
      'on: push\nenv: &e { a: *e }\njobs: { a: { runs-on: x, steps: [{ run: a }] } }',
      'anchors that never end',
    ],
  ])('%s', (_, text, message) => {
    const error = refusal(text)
    expect(error.code).toBe('WORKFLOW_INVALID')
    expect(error.message).toContain(message)
  })

  test('names every mistake at once, in the order of the file', () => {
    const error = refusal(oneJob('- runs: a\n- run: ${{ nope }}', 'neds: b'))
    expect(error.facts.findings).toMatchObject([{ line: 5 }, { line: 7 }, { line: 7 }, { line: 8 }])
    expect(error.message).toMatch(/\(and 3 more\)$/)
  })
})

describe('refusing what this machine cannot do, before anything starts', () => {
  test.each([
    ['container', oneJob('- run: a', 'container: node:24'), 5],
    ['services', oneJob('- run: a', 'services: { db: { image: postgres } }'), 5],
    ['docker actions', oneJob('- uses: docker://alpine'), 6],
    ['PowerShell', oneJob('- run: a\n  shell: pwsh'), 7],
    ['snapshots', oneJob('- run: a', 'snapshot: x'), 5],
    ['workflows of other repositories', 'on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/b.yml@v1', 4],
  ])('%s', (_, text, line) => {
    const error = refusal(text)
    expect(error.code).toBe('WORKFLOW_UNSUPPORTED')
    expect(error.facts.findings).toMatchObject([{ line }])
  })

  test.each([
    'checkout@v4',
    'a/b@',
    'a/../b@v1',
    'a/b@-x',
    'a/b@v1 x',
    'a/b/@v1',
    'https://x/y@v1',
    'actions/checkout',
    'a/b',
  ])('actions that are written otherwise than owner/name@version: %s', uses => {
    const error = refusal(oneJob(`- uses: ${uses}`))
    expect(error.code).toBe('WORKFLOW_INVALID')
    expect(error.message).toContain('ci.yml:6:15: expected an action')
  })

  test('local actions and empty containers are fine', () => {
    expect(
      readWorkflow('ci.yml', oneJob('- uses: ./.github/actions/x', 'container: ""\nservices: {}')).jobs,
    ).toHaveLength(1)
  })
})

test.each([
  ['lists', (i: number) => `[${Array(9).fill(`*x${i}`).join(',')}]`, '[a]'],
  ['mappings', (i: number) => `{a: *x${i}, b: *x${i}, c: *x${i}}`, '{a: b}'],
  ['merged mappings', (i: number) => `{<<: [*x${i}, *x${i}, *x${i}, *x${i}]}`, '{a: b}'],
])('400 bytes of anchors that multiply, in %s, are not written out', (_, of, first) => {
  const anchors = Array.from({ length: 7 }, (_each, i) => `x${i + 1}: &x${i + 1} ${of(i)}`).join('\n')
  const text = `on: push\nx0: &x0 ${first}\n${anchors}\njobs: {a: {runs-on: u, env: *x7, strategy: {matrix: {x: *x7}}, steps: [{run: a}]}}\n`
  expect(() => readWorkflow('a.yml', text)).toThrow(/expected/)
})
