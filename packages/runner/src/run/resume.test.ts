import type { RunState } from '@gantry/core'
import { planRun, readWorkflow } from '@gantry/workflow'
import { jobs, testFacts } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { conclusions, jobOf, logOf, runText, testMachine } from '../testing/test-machine.ts'
import type { Approval } from './machine.ts'
import { conclusionExitCode, runWorkflow } from './run-workflow.ts'

describe('approval', () => {
  const text = `
on: push
jobs:
  build: { runs-on: x, steps: [{ run: 'true' }] }
  deploy:
    runs-on: x
    needs: build
    environment: { name: "\${{ vars.WHERE }}", url: "https://\${{ steps.s.outputs.host }}" }
    steps: [{ id: s, run: 'echo host=example.com >> $GITHUB_OUTPUT; echo token \${{ secrets.TOKEN }}' }]
  after: { runs-on: x, needs: deploy, steps: [{ run: 'true' }] }
`
  const asking = (answer: Approval) =>
    testMachine({
      approve: async () => answer,
      vars: () => ({ WHERE: 'production' }),
      secrets: (environment): Record<string, string> => (environment === 'production' ? { TOKEN: 'deep-secret' } : {}),
    })

  test('without an answer the run waits and holds nothing; later it goes on where it was', async () => {
    const first = await runText(text, asking('waiting'))
    expect(first.run.status).toBe('waiting')
    expect(conclusionExitCode(first.run)).toBe(0)
    expect(first.job('deploy')).toMatchObject({ status: 'waiting', environment: 'production', attempt: 0 })
    const machine = asking('approved')
    const saved: RunState = JSON.parse(JSON.stringify(first.run))
    const second = await runWorkflow(readWorkflow('.github/workflows/test.yml', text), saved, machine)
    expect(second).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(jobOf(second, 'deploy').environmentUrl).toBe('https://example.com')
    expect(jobOf(second, 'build').completedAt).toBe(first.job('build').completedAt)
    expect(logOf(machine.events)).toContain('token ***')
    expect(saved.status).toBe('waiting')
  })

  test('a no fails the job and says so', async () => {
    const { run, job } = await runText(text, asking('rejected'))
    expect(run.conclusion).toBe('failure')
    expect(job('deploy').annotations[0]?.message).toBe('deployment to production was rejected')
    expect(job('after').conclusion).toBe('skipped')
  })

  test('an approver that breaks fails the job instead of letting it through', async () => {
    const machine = testMachine({
      vars: () => ({ WHERE: 'production' }),
      approve: () => Promise.reject(new Error('no ledger')),
    })
    const { job } = await runText(text, machine)
    expect(job('deploy').annotations[0]?.message).toBe('approval for production failed: no ledger')
  })

  test('is asked only when the condition is true and there is an environment', async () => {
    const asked: string[] = []
    const machine = testMachine({
      approve: async job => {
        asked.push(job.id)
        return 'approved'
      },
    })
    const { run } = await runText(
      jobs(['a', 'environment: one, if: false'], ['b', 'environment: "${{ vars.NONE }}"'], ['c', 'environment: two']),
      machine,
    )
    expect(asked).toEqual(['c'])
    expect(conclusions(run)).toEqual({ a: 'skipped', b: 'success', c: 'success' })
  })

  test('a run that is cancelled while it waits is cancelled', async () => {
    const first = await runText(text, asking('waiting'))
    const machine = testMachine({ signal: AbortSignal.abort(), vars: () => ({ WHERE: 'production' }) })
    const run = await runWorkflow(readWorkflow('x.yml', text), first.run, machine)
    expect(run.conclusion).toBe('cancelled')
    expect(jobOf(run, 'deploy').conclusion).toBe('cancelled')
  })
})

describe('going on after a crash', () => {
  test('jobs that were in progress start anew, those that ended keep what they had', async () => {
    const text = jobs(
      ['a', 'outputs: { o: one }'],
      ['b', 'needs: a', 'echo ${{ needs.a.outputs.o }} attempt $GITHUB_RUN_ATTEMPT'],
    )
    const workflow = readWorkflow('x.yml', text)
    const saved = planRun(workflow, testFacts)
    const at = new Date().toISOString()
    Object.assign(jobOf(saved, 'a'), {
      status: 'completed',
      conclusion: 'success',
      outputs: { o: 'kept' },
      attempt: 1,
      completedAt: at,
    })
    Object.assign(jobOf(saved, 'b'), {
      status: 'in_progress',
      attempt: 1,
      startedAt: at,
      steps: [{ number: 1, name: 'half', status: 'in_progress' }],
    })
    const machine = testMachine()
    const run = await runWorkflow(workflow, saved, machine)
    expect(jobOf(run, 'a').attempt).toBe(1)
    expect(jobOf(run, 'b')).toMatchObject({
      attempt: 2,
      conclusion: 'success',
      steps: [{ number: 1, status: 'completed' }],
    })
    expect(logOf(machine.events)).toContain('kept')
  })

  test('a completed run stays as it is', async () => {
    const { run } = await runText(jobs(['a', '']))
    expect(await runWorkflow(readWorkflow('x.yml', jobs(['a', ''])), run, testMachine())).toEqual(run)
  })

  test('a job that the file no longer has fails instead of hanging', async () => {
    const saved = planRun(readWorkflow('x.yml', jobs(['a', ''], ['gone', ''])), testFacts)
    const run = await runWorkflow(readWorkflow('x.yml', jobs(['a', ''])), saved, testMachine())
    expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' })
  })
})
