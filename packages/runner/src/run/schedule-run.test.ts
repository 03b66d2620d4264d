import type { JobState, RunState } from '@gantry/core'
import { planRun, readWorkflow } from '@gantry/workflow'
import { jobs, testFacts } from '@gantry/workflow/testing'
import { expect, test } from 'vitest'
import { conclusions, jobOf, testMachine } from '../testing/test-machine.ts'
import type { JobExecutor, PlannedJob } from './job-executor.ts'
import { scheduleRun } from './run-workflow.ts'

const at = '2026-11-27T10:00:00.000Z'
const end = (job: JobState, change: Partial<JobState> = {}) =>
  Object.assign(job, { status: 'completed', conclusion: 'success', completedAt: at, ...change })

/** Jobs are executed elsewhere, where the test decides how they end. */
function elsewhere(goingOn: string[] = []) {
  const asked: PlannedJob[] = []
  const executor: JobExecutor = {
    provide: async workflow => ({ workflow, called: new Map(), missing: [] }),
    async execute(planned) {
      asked.push(planned)
      const { job, cancel } = planned
      await new Promise<void>(resolve => {
        cancel.signal.addEventListener('abort', () => resolve(), { once: true })
        if (job.key !== 'slow') resolve()
      })
      end(job, cancel.signal.aborted ? { conclusion: 'cancelled' } : { outputs: { from: job.key } })
      planned.changed()
    },
    goesOn: async (_run, { id }) => goingOn.includes(id),
  }
  return { executor, asked: () => asked.map(({ job }) => job.id) }
}
const planOf = (text: string) => {
  const workflow = readWorkflow('.github/workflows/test.yml', text)
  return { workflow, run: planRun(workflow, testFacts) }
}
const underWay = (run: RunState, ...ids: string[]): RunState => {
  for (const id of ids) Object.assign(jobOf(run, id), { status: 'in_progress', attempt: 1, startedAt: at })
  return { ...run, status: 'in_progress' }
}

test('jobs that are executed elsewhere are started by their needs, with what those answered', async () => {
  const { workflow, run } = planOf(jobs(['a', ''], ['b', 'needs: a, if: "${{ needs.a.outputs.from == \'a\' }}"']))
  const { executor, asked } = elsewhere()
  const ended = await scheduleRun(workflow, run, testMachine(), executor)
  expect(conclusions(ended)).toEqual({ a: 'success', b: 'success' })
  expect(asked()).toEqual(['a', 'b'])
})

test('a job that went on when its server died is joined, without asking for its approval again', async () => {
  const { workflow, run } = planOf(jobs(['a', 'environment: production, if: "false"'], ['b', 'needs: a']))
  const { executor, asked } = elsewhere(['a'])
  const approve = () => Promise.reject(new Error('asked again'))
  const ended = await scheduleRun(workflow, underWay(run, 'a'), testMachine({ approve }), executor)
  expect(conclusions(ended)).toEqual({ a: 'success', b: 'success' })
  expect(asked()).toEqual(['a', 'b'])
})

test('a job that did not go on starts anew, and is asked whether it may', async () => {
  const { workflow, run } = planOf(jobs(['a', 'environment: production']))
  const approve = async () => 'rejected' as const
  const ended = await scheduleRun(workflow, underWay(run, 'a'), testMachine({ approve }), elsewhere([]).executor)
  expect(conclusions(ended)).toEqual({ a: 'failure' })
})

test('a job that is joined keeps its concurrency group: the next one waits for it', async () => {
  const { workflow, run } = planOf(jobs(['slow', 'concurrency: one'], ['b', 'concurrency: one']))
  const { executor, asked } = elsewhere(['slow'])
  const leave = new AbortController()
  const running = scheduleRun(workflow, underWay(run, 'slow'), testMachine({ leave: leave.signal }), executor)
  await expect.poll(asked).toEqual(['slow'])
  leave.abort()
  await running
  expect(asked()).toEqual(['slow'])
})

test('a run that is left is answered as it stands, and what runs goes on', async () => {
  const { workflow, run } = planOf(jobs(['a', ''], ['slow', 'needs: a'], ['c', 'needs: slow']))
  const { executor, asked } = elsewhere()
  const leave = new AbortController()
  const machine = testMachine({ leave: leave.signal })
  const running = scheduleRun(workflow, run, machine, executor)
  await expect.poll(asked).toEqual(['a', 'slow'])
  leave.abort()
  const left = await running
  expect(left.status).toBe('in_progress')
  expect(left.conclusion).toBeUndefined()
  expect(conclusions(left)).toEqual({ a: 'success', slow: undefined, c: undefined })
  expect(machine.events.filter(event => event.kind === 'run').at(-1)).toMatchObject({ run: { status: 'in_progress' } })
})

test('a run that is cancelled tells what is executed elsewhere', async () => {
  const { workflow, run } = planOf(jobs(['slow', '']))
  const { executor, asked } = elsewhere()
  const cancel = new AbortController()
  const running = scheduleRun(workflow, run, testMachine({ signal: cancel.signal }), executor)
  await expect.poll(asked).toEqual(['slow'])
  cancel.abort()
  expect(await running).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
})
