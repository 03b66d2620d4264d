import { expect, test } from 'vitest'
import { type Deployment, DeploymentState } from './deployment.ts'
import { deploymentAct } from './deployment-act.ts'

const at = (minute: number) => `2026-11-23T10:0${minute}:00.000Z`
const deployment: Deployment = {
  ...{ id: 'd1', project: 'p', environment: 'production', release: 'b'.repeat(40), formerRelease: null },
  ...{ kind: 'deploy', state: 'planned', steps: [], requestedBy: 'Ana', reason: null, runId: 'r' },
  ...{
    createdAt: at(0),
    liveAt: at(1),
    finishedAt: at(2),
    failure: 'api did not turn healthy',
    verdict: null,
    version: 1,
  },
}
const act = (change: Partial<Deployment>, evidence?: Record<string, unknown>) =>
  deploymentAct({ ...deployment, ...change }, evidence)

test('a deployment is asked for by a person, at the moment its row was made', () => {
  expect(act({})).toEqual({
    ...{ project: 'p', at: at(0), actor: 'Ana', action: 'deployment.requested', subject: 'bbbbbbb → production' },
    ...{
      reason: null,
      evidence: { deployment: 'd1', release: 'b'.repeat(40), environment: 'production', former: null, run: 'r' },
    },
  })
})

test('a rollback says where it goes back, why, and what its plan said', () => {
  expect(act({ kind: 'rollback', reason: 'half of it fails' }, { isSafe: true })).toMatchObject({
    ...{ action: 'rollback.requested', subject: 'production → bbbbbbb', reason: 'half of it fails' },
    evidence: { isSafe: true, deployment: 'd1' },
  })
  expect(act({ kind: 'rollback', state: 'live', reason: 'half of it fails' })).toMatchObject({
    ...{ action: 'rollback.done', actor: 'gantry', at: at(1), reason: null },
  })
})

test('an end is said with its time and its reason', () => {
  expect(act({ state: 'live' })).toMatchObject({ action: 'deployment.live', at: at(1), reason: null })
  expect(act({ state: 'failed' })).toMatchObject({
    action: 'deployment.failed',
    at: at(2),
    reason: 'api did not turn healthy',
  })
})

test('what happens between, or because another went live, is no act of its own', () => {
  const silent = DeploymentState.options.filter(state => act({ state }) === null)
  expect(silent).toEqual(['deploying', 'verifying', 'superseded', 'rolled-back', 'removed'])
})

test('a removal says which preview is to go, and when it is gone', () => {
  const removal = { kind: 'removal', environment: 'pr-12' } as const
  expect(act({ ...removal, state: 'planned', reason: 'it is closed' })).toMatchObject({
    ...{ action: 'preview.removal-requested', subject: 'pr-12', reason: 'it is closed' },
  })
  const gone = act({ ...removal, state: 'removed', finishedAt: at(3) })
  expect(gone).toMatchObject({ action: 'preview.removed', subject: 'pr-12', at: at(3) })
})
