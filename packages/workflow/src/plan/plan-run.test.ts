import { RunState } from '@gantry/core'
import { describe, expect, test } from 'vitest'
import { readWorkflow } from '../file/read-workflow.ts'
import { oneJob, testFacts } from '../testing/workflow-texts.ts'
import { planRun } from './plan-run.ts'

const dispatch = (inputs: string): string =>
  oneJob('- run: a').replace('on: push', `on: { workflow_dispatch: { inputs: ${inputs} } }`)
const manual = (inputs: string, given: Record<string, unknown>) =>
  planRun(readWorkflow('x.yml', dispatch(inputs)), { ...testFacts, event: 'workflow_dispatch', inputs: given }).inputs

describe('planning a run', () => {
  test('is plain data that fits the schema, with every job queued and nothing started', () => {
    const text = `run-name: By \${{ github.actor }} on \${{ github.ref_name }}\n${oneJob('- run: a', 'strategy: { matrix: { n: [1, 2] } }\nname: N ${{ matrix.n }}\nenvironment: env-${{ matrix.n }}')}`
    const run = planRun(readWorkflow('x.yml', text), testFacts)
    expect(RunState.parse(JSON.parse(JSON.stringify(run)))).toEqual(run)
    expect(run).toMatchObject({
      status: 'queued',
      title: 'By ada on main',
      eventPayload: { repository: { full_name: 'acme/site', owner: { login: 'acme' } } },
      jobs: [
        { id: 'a (1)', name: 'N 1', environment: 'env-1', status: 'queued', attempt: 0, matrix: { n: 1 } },
        { id: 'a (2)', name: 'N 2', environment: 'env-2' },
      ],
    })
  })

  test('leaves names that ask for later things as the id', () => {
    const run = planRun(
      readWorkflow('x.yml', oneJob('- run: a', 'name: N ${{ vars.X }}\nenvironment: ${{ vars.E }}\n')),
      testFacts,
    )
    expect(run.jobs[0]).toMatchObject({ id: 'a', name: 'a' })
    expect(run.jobs[0]).not.toHaveProperty('environment')
    const broken = planRun(readWorkflow('x.yml', oneJob('- run: a', "name: ${{ fromJSON('{') }}")), testFacts)
    expect(broken.jobs[0]?.name).toBe('a')
  })
})

describe('inputs of a manual run', () => {
  test('get their defaults and their types', () => {
    const inputs =
      '{ a: { default: x }, b: { type: boolean }, c: { type: boolean, default: true }, n: { type: number, default: 3 }, s: , m: { type: number } }'
    expect(manual(inputs, { b: 'true', m: '1.5' })).toEqual({ a: 'x', b: true, c: true, n: 3, s: '', m: 1.5 })
    expect(manual(inputs, { c: false })).toMatchObject({ b: false, c: false, m: 0 })
  })

  test.each([
    ['{ a: { required: true } }', {}, 'expected input "a", got nothing'],
    ['{ a: { type: choice, options: [x, y] } }', { a: 'z' }, 'expected input "a" to be x, y, got "z"'],
    ['{ a: { type: boolean } }', { a: 'yes' }, 'to be true or false, got "yes"'],
    ['{ a: { type: number } }', { a: 'two' }, 'to be a number, got "two"'],
    ['{ a: }', { b: 1 }, 'expected inputs among a, got "b"'],
  ])('%s given %j is refused', (inputs, given, message) => {
    expect(() => manual(inputs, given)).toThrow(message)
  })

  test('are left alone for other events', () => {
    expect(planRun(readWorkflow('x.yml', oneJob('- run: a')), { ...testFacts, inputs: { a: 1 } }).inputs).toEqual({
      a: 1,
    })
  })
})
