import { describe, expect, test } from 'vitest'
import { GantryError } from '../errors/gantry-error.ts'
import { type Deployment, DeploymentState } from './deployment.ts'
import { advanceDeployment, deploymentTransitions, isUnfinished } from './deployment-machine.ts'

const now = '2026-11-23T10:00:00.000Z'

const deployment = (state: DeploymentState): Deployment => ({
  id: 'd1',
  project: 'p',
  environment: 'staging',
  release: 'a'.repeat(40),
  formerRelease: null,
  kind: 'deploy',
  state,
  steps: [],
  requestedBy: 'ann',
  reason: null,
  runId: null,
  createdAt: '2026-11-23T09:00:00.000Z',
  liveAt: null,
  finishedAt: null,
  failure: null,
  verdict: null,
  version: 1,
})

const states = DeploymentState.options
const targets = states.filter(state => state !== 'planned')

describe.each(states)('from %s', from => {
  test.each(targets)('to %s is allowed exactly when the table says so', to => {
    const step = () => advanceDeployment(deployment(from), to === 'failed' ? { failed: 'why' } : to, now)
    const allowed: readonly string[] = deploymentTransitions[from]
    if (allowed.includes(to)) expect(step().state).toBe(to)
    else expect(step).toThrow(expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }))
  })
})

test('a failure is one sentence, however much was said', () => {
  const said = 'its config cannot be read: no such service\n    at load (gantry.config.ts:3:1)\n    at run'
  expect(advanceDeployment(deployment('deploying'), { failed: said }, now).failure).toBe(
    'its config cannot be read: no such service',
  )
})

test('live is stamped, and stays stamped when superseded', () => {
  const live = advanceDeployment(deployment('verifying'), 'live', now)
  expect(live).toMatchObject({ liveAt: now, finishedAt: now, failure: null })
  const superseded = advanceDeployment(live, 'superseded', '2026-11-24T00:00:00.000Z')
  expect(superseded).toMatchObject({ state: 'superseded', liveAt: now, finishedAt: now })
})

test('a failure says why and when', () => {
  expect(advanceDeployment(deployment('deploying'), { failed: 'backend never turned healthy' }, now)).toMatchObject({
    state: 'failed',
    failure: 'backend never turned healthy',
    finishedAt: now,
    liveAt: null,
  })
})

test('the error names what would have been possible', () => {
  expect(() => advanceDeployment(deployment('planned'), 'live', now)).toThrow(/may become deploying or failed/)
  expect(() => advanceDeployment(deployment('failed'), 'live', now)).toThrow(GantryError)
})

test('planned, deploying and verifying are unfinished', () => {
  expect(states.filter(isUnfinished)).toEqual(['planned', 'deploying', 'verifying'])
})
