import { expect, test } from 'vitest'
import type { RunRequest } from '../run/run-keeper.ts'
import { type SummonParts, summonWayBack, summonWorkflow } from './summon-workflow.ts'

const deployment = { project: 'shop', environment: 'production', id: 'd1' }
const inputs = { environment: 'production', deployment: 'd1', reason: expect.stringContaining('d1') }

/** What was started, here and on GitHub. */
async function summoned(over: { isOnGitHub?: boolean; hasFile?: boolean; isAsking?: boolean; of?: typeof deployment }) {
  const started: { here: RunRequest[]; onGitHub: unknown[] } = { here: [], onGitHub: [] }
  const parts: SummonParts = {
    repository: {
      head: async () => 'a'.repeat(40),
      file: async () => (over.hasFile === false ? Promise.reject(new Error('no such file')) : 'on: workflow_dispatch'),
      commit: async () => ({ title: 'one', author: 'Kim' }) as never,
    },
    start: async run => void started.here.push(run),
    async startOnGitHub(run) {
      if (over.isOnGitHub) started.onGitHub.push(run)
      return over.isOnGitHub === true
    },
  }
  await (over.isAsking ? summonWayBack('production', parts) : summonWorkflow(over.of ?? deployment, parts))
  return started
}

test('the workflow that undoes is started by hand, told which deployment it is for', async () => {
  const run = { workflowPath: '.github/workflows/rollback.yml', event: 'workflow_dispatch', actor: 'gantry', inputs }
  expect(await summoned({})).toMatchObject({ here: [{ ...run, ref: 'refs/heads/main' }], onGitHub: [] })
})

test('where the jobs of a project run on GitHub it is started there, and here not', async () => {
  const started = await summoned({ isOnGitHub: true })
  expect(started).toEqual({ here: [], onGitHub: [{ workflow: 'rollback.yml', branch: 'main', inputs }] })
})

test('that there is no such workflow is said', async () => {
  await expect(summoned({ hasFile: false })).rejects.toThrow('no .github/workflows/rollback.yml on main')
})

test('the same workflow is started to ask vendors: files that are there already pass it on', async () => {
  const { onGitHub } = await summoned({ isOnGitHub: true, isAsking: true })
  expect(onGitHub).toMatchObject([
    { workflow: 'rollback.yml', inputs: { environment: 'production', deployment: 'way-back' } },
  ])
})

test('what is left of a preview is gone on with by its own workflow', async () => {
  const { here } = await summoned({ of: { ...deployment, environment: 'pr-12' } })
  expect(here).toMatchObject([
    { workflowPath: '.github/workflows/preview.yml', inputs: { environment: 'pr-12', deployment: 'd1' } },
  ])
})
