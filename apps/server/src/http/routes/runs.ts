import { GantryError, RunChoices, type RunFilter, RunState, RunStateName, type RunStore } from '@gantry/core'
import { ActBody, DispatchBody, RunPageView } from '@gantry/core/api'
import * as z from 'zod'
import type { Caller } from '../../access/caller.ts'
import { itsOwnRun } from '../../access/job-rules.ts'
import { refusal, signedIn } from '../../access/route-access.ts'
import type { Repository } from '../../git/repository.ts'
import type { Chronicle } from '../../ledger/chronicle.ts'
import { linesAtOnce, readLog, wholeLog } from '../../run/read-log.ts'
import type { RunKeeper } from '../../run/run-keeper.ts'
import { summaryOf } from '../../run/run-summary.ts'
import { isRollbackWorkflow } from '../../run/run-tokens.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

export function runRoutes(
  app: Api,
  parts: { project: string; runs: RunStore; keeper: RunKeeper; repository: Repository; record: Chronicle },
): void {
  const { project, runs, keeper } = parts
  const found = async (id: string) => {
    const run = await runs.get(project, id)
    if (run) return run
    throw new GantryError('NOT_FOUND', `no run ${id}`)
  }

  const listed = z.object({
    workflow: z.string().optional().describe('its file: `ci.yml`, or the whole path'),
    number: z.coerce.number().int().min(1).optional().describe('of the run in its workflow file'),
    sha: z.string().optional().describe('the commit, or the beginning of its name'),
    branch: z.string().optional().describe('the branch that was pushed, of a pull request too'),
    event: z.string().optional().describe('push, pull_request, workflow_dispatch, schedule'),
    author: z.string().optional().describe('name, or a part of it, of who wrote the commit or caused the run'),
    status: RunStateName.optional().describe('how it stands, or how it ended'),
    before: z.string().optional().describe('id of a run: the page of those older than it'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  app.get(
    '/api/v1/runs',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['runs'],
        summary: 'Runs, newest first',
        querystring: listed,
        response: { 200: RunPageView },
      },
    },
    async ({ query: { workflow, status, limit, before, ...same } }) => {
      const named = Object.entries({ ...same, state: status, workflowPath: workflow && pathOf(workflow) })
      const filter: RunFilter = Object.fromEntries(named.filter(([, value]) => value))
      const from = before ? { before } : {}
      const [page, counted] = await Promise.all([
        runs.list(project, { ...filter, ...from, limit }),
        runs.count(project, { ...filter, ...from }),
      ])
      return { runs: page.map(summaryOf), ...counted }
    },
  )

  app.get(
    '/api/v1/runs/choices',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['runs'],
        summary: 'What there is to narrow the list of runs by, each newest first',
        response: { 200: RunChoices },
      },
    },
    () => runs.choices(project),
  )

  const one = z.object({ id: z.string() })
  app.get(
    '/api/v1/runs/:id',
    {
      access: signedIn('viewer', itsOwnRun),
      schema: { tags: ['runs'], summary: 'A run with its jobs and steps', params: one, response: { 200: RunState } },
    },
    ({ params }) => found(params.id),
  )

  app.get(
    '/api/v1/runs/:id/jobs/:job/log',
    {
      access: signedIn('viewer', itsOwnRun),
      schema: {
        tags: ['runs'],
        summary: 'Output of a job: from a line on, the last lines, one step, or all as text',
        params: one.extend({ job: z.string() }),
        querystring: z.object({
          after: z.coerce.number().int().min(0).default(0),
          limit: z.coerce.number().int().min(1).max(linesAtOnce).default(linesAtOnce),
          step: z.coerce.number().int().min(1).optional().describe('only the lines of this step, by its number'),
          tail: z.coerce
            .number()
            .int()
            .min(1)
            .max(linesAtOnce)
            .optional()
            .describe('the last so many lines; `after` and `limit` do not count then'),
          format: z.enum(['json', 'text']).default('json'),
        }),
      },
    },
    async ({ params, query }, reply) => {
      if (query.format === 'text')
        return reply.type('text/plain; charset=utf-8').send(await wholeLog(runs, params.id, params.job, query.step))
      return readLog(runs, params.id, params.job, query)
    },
  )

  app.post(
    '/api/v1/runs',
    {
      access: signedIn('developer'),
      schema: {
        tags: ['runs'],
        summary: 'Start a workflow by hand (workflow_dispatch)',
        body: DispatchBody,
        response: { 201: RunState },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { workflow, ref, inputs } = request.body
      const sha = await parts.repository.head(ref.replace('refs/heads/', ''))
      if (!sha) throw new GantryError('NOT_FOUND', `no branch ${ref}`)
      const workflowPath = pathOf(workflow)
      requireMayStart(caller, workflowPath)
      await parts.repository.file(sha, workflowPath).catch(cause => {
        throw new GantryError('NOT_FOUND', `no ${workflowPath} on ${ref}`, {}, { cause })
      })
      const { title, author } = await parts.repository.commit(sha)
      const run = await keeper.start({
        workflowPath,
        event: 'workflow_dispatch',
        payload: { inputs, ref },
        inputs,
        ref,
        sha,
        actor: caller.name,
        title,
        author,
      })
      return reply.status(201).send(run)
    },
  )

  app.post(
    '/api/v1/runs/:id/cancel',
    {
      access: signedIn('developer'),
      schema: { tags: ['runs'], summary: 'Cancel a run', params: one, body: ActBody, response: { 200: RunState } },
    },
    async request => {
      const { name } = callerIn(request)
      await found(request.params.id)
      const { reason } = request.body
      const run = await keeper.cancel(request.params.id, `by ${name}: ${reason}`)
      await parts.record({ actor: name, action: 'run.cancelled', ...subjectOf(run), reason })
      return run
    },
  )

  app.post(
    '/api/v1/runs/:id/rerun',
    {
      access: signedIn('developer'),
      schema: {
        tags: ['runs'],
        summary: 'Run the same file for the same commit again',
        params: one,
        body: ActBody,
        response: { 201: RunState },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { name } = caller
      const { reason } = request.body
      requireMayStart(caller, (await found(request.params.id)).workflowPath)
      const run = await keeper.rerun(request.params.id)
      await parts.record({ actor: name, action: 'run.rerun', ...subjectOf(run), reason })
      return reply.status(201).send(run)
    },
  )
}

/** A run of it may roll back, so whoever starts it has to be allowed to. */
function requireMayStart(caller: Caller, workflowPath: string): void {
  if (!isRollbackWorkflow(workflowPath)) return
  const refused = refusal(signedIn('release-manager'), caller)
  if (refused) throw refused
}

const subjectOf = ({ id, workflowName, number }: RunState) => ({
  subject: `run ${workflowName} ${number}`,
  evidence: { run: id },
})

const pathOf = (workflow: string) => (workflow.includes('/') ? workflow : `.github/workflows/${workflow}`)
