import {
  GantryError,
  isRollbackWorkflow,
  RunChoices,
  type RunFilter,
  RunState,
  RunStateName,
  scopesCover,
} from '@gantry/core'
import { ActBody, DispatchBody, RunPageView } from '@gantry/core/api'
import * as z from 'zod'
import type { Caller } from '../../access/caller.ts'
import { itsOwnRun } from '../../access/job-rules.ts'
import { may, refusal } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { type Log, linesAtOnce, readLog, wholeLog } from '../../run/read-log.ts'
import { summaryOf } from '../../run/run-summary.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

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
const loggedPart = z.object({
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
})
const one = z.object({ id: z.string() })

export function runRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/runs',
    {
      access: may('look'),
      schema: {
        tags: ['runs'],
        summary: 'Runs, newest first',
        querystring: listed,
        response: { 200: RunPageView },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const { workflow, status, limit, before, ...same } = request.query
      const named = Object.entries({ ...same, state: status, workflowPath: workflow && pathOf(workflow) })
      const filter: RunFilter = Object.fromEntries(named.filter(([, value]) => value))
      const from = before ? { before } : {}
      const [page, counted] = await Promise.all([
        store.runs.list(stored.name, { ...filter, ...from, limit }),
        store.runs.count(stored.name, { ...filter, ...from }),
      ])
      return { runs: page.map(summaryOf), ...counted }
    },
  )
  choicesRoute(app, contextOf)
  oneRunRoute(app, contextOf)
  jobLogRoute(app, contextOf)
  startRoute(app, contextOf)
  cancelRoute(app, contextOf)
  rerunRoute(app, contextOf)
}

function choicesRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/runs/choices',
    {
      access: may('look'),
      schema: {
        tags: ['runs'],
        summary: 'What there is to narrow the list of runs by, each newest first',
        response: { 200: RunChoices },
      },
    },
    request => {
      const { store, stored } = contextOf(request)
      return store.runs.choices(stored.name)
    },
  )
}

function oneRunRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/runs/:id',
    {
      access: may('look', itsOwnRun),
      schema: { tags: ['runs'], summary: 'A run with its jobs and steps', params: one, response: { 200: RunState } },
    },
    request => found(contextOf(request), request.params.id),
  )
}

function jobLogRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/runs/:id/jobs/:job/log',
    {
      access: may('look', itsOwnRun),
      schema: {
        tags: ['runs'],
        summary: 'Output of a job: from a line on, the last lines, one step, or all as text',
        params: one.extend({ job: z.string() }),
        querystring: loggedPart,
      },
    },
    async (request, reply) => {
      const { params, query } = request
      const { store, stored } = contextOf(request)
      const runs: Log = { log: (run, job, page) => store.runs.log(stored.name, run, job, page) }
      if (query.format === 'text')
        return reply.type('text/plain; charset=utf-8').send(await wholeLog(runs, params.id, params.job, query.step))
      return readLog(runs, params.id, params.job, query)
    },
  )
}

function startRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/runs',
    {
      access: may('run'),
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
      const { repository, keeper, stored } = contextOf(request)
      const sha = await repository.head(ref.replace('refs/heads/', ''))
      if (!sha) throw new GantryError('NOT_FOUND', `no branch ${ref}`)
      const workflowPath = pathOf(workflow)
      requireMayStart(caller, { project: stored.name, workflowPath, inputs })
      await repository.file(sha, workflowPath).catch(cause => {
        throw new GantryError('NOT_FOUND', `no ${workflowPath} on ${ref}`, {}, { cause })
      })
      const { title, author } = await repository.commit(sha)
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
}

function cancelRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/runs/:id/cancel',
    {
      access: may('run'),
      schema: { tags: ['runs'], summary: 'Cancel a run', params: one, body: ActBody, response: { 200: RunState } },
    },
    async request => {
      const { name } = callerIn(request)
      const context = contextOf(request)
      await found(context, request.params.id)
      const { reason } = request.body
      const run = await context.keeper.cancel(request.params.id, `by ${name}: ${reason}`)
      await context.record({ actor: name, action: 'run.cancelled', ...subjectOf(run), reason })
      return run
    },
  )
}

function rerunRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/runs/:id/rerun',
    {
      access: may('run'),
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
      const context = contextOf(request)
      const { name } = caller
      const { reason } = request.body
      requireMayStart(caller, { ...(await found(context, request.params.id)), project: context.stored.name })
      const run = await context.keeper.rerun(request.params.id)
      await context.record({ actor: name, action: 'run.rerun', ...subjectOf(run), reason })
      return reply.status(201).send(run)
    },
  )
}

async function found({ store, stored }: ProjectContext, id: string): Promise<RunState> {
  const run = await store.runs.get(stored.name, id)
  if (run) return run
  throw new GantryError('NOT_FOUND', `no run ${id}`)
}

/** A run of it may roll back, so whoever starts it has to be allowed to, in the environment it is for. */
function requireMayStart(
  caller: Caller,
  run: { project: string; workflowPath: string; inputs: Record<string, unknown> },
) {
  if (!isRollbackWorkflow(run.workflowPath)) return
  const refused = refusal(may('rollback'), caller, run.project)
  if (refused) throw refused
  const { environment } = z.looseObject({ environment: z.string().optional().catch(undefined) }).parse(run.inputs)
  if (caller.kind === 'program' && !scopesCover(caller.scopes, 'rollback', environment))
    throw new GantryError('FORBIDDEN', `${caller.name} has no scope rollback:${environment ?? '<environment>'}`)
}

const subjectOf = ({ id, workflowName, number }: RunState) => ({
  subject: `run ${workflowName} ${number}`,
  evidence: { run: id },
})

const pathOf = (workflow: string) => (workflow.includes('/') ? workflow : `.github/workflows/${workflow}`)
