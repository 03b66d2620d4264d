import { ActedIssue, type Assignee, type ByWhom, counted, GantryError, Issue, type LifeRequest } from '@gantry/core'
import {
  AssignIssueBody,
  IssueActBody,
  IssueActs,
  IssueParts,
  ManyIssuesBody,
  MergeIssuesBody,
  MuteIssueBody,
  muteRequest,
  NoteBody,
  ResolveIssueBody,
  resolveRequest,
  SplitIssueBody,
  UndoActsBody,
  UndoneActs,
} from '@gantry/core/api'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Caller } from '../../access/caller.ts'
import { may } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const one = z.object({ number: z.coerce.number().int() })
const access = may('respond')

export async function foundIssue({ store, stored }: ProjectContext, number: number): Promise<Issue> {
  const issue = await store.issues.byNumber(stored.name, number)
  if (issue) return issue
  throw new GantryError('NOT_FOUND', `no issue ${number}`)
}

export function issueActRoutes(app: Api, contextOf: ContextOf): void {
  stateRoutes(app, contextOf)
  manyRoute(app, contextOf)
  partRoutes(app, contextOf)
  activityRoutes(app, contextOf)
}

function stateRoutes(app: Api, contextOf: ContextOf): void {
  const schemaOf = <Body extends z.ZodType>(summary: string, body: Body) => ({
    ...{ tags: ['issues'], summary, params: one, body },
    response: { 200: ActedIssue },
  })
  const plain = {
    reopen: { summary: 'Open an issue again', request: { to: 'open' } },
    archive: { summary: 'Put an issue away for good', request: { to: 'archived' } },
  } as const satisfies Record<string, { summary: string; request: LifeRequest }>
  for (const [verb, { summary, request: wanted }] of Object.entries(plain))
    app.post(`/issues/:number/${verb}`, { access, schema: schemaOf(summary, IssueActBody) }, request =>
      changeOne(contextOf(request), request, request.params.number, request.body, wanted),
    )
  app.post(
    '/issues/:number/resolve',
    { access, schema: schemaOf('Resolve an issue: now, or in a release', ResolveIssueBody) },
    request =>
      changeOne(contextOf(request), request, request.params.number, request.body, resolveRequest(request.body)),
  )
  app.post(
    '/issues/:number/mute',
    { access, schema: schemaOf('Silence an issue, for good or until something comes to pass', MuteIssueBody) },
    request => {
      const context = contextOf(request)
      const wanted = muteRequest(request.body, context.now().toISOString())
      return changeOne(context, request, request.params.number, request.body, wanted)
    },
  )
  app.post(
    '/issues/:number/assign',
    { access, schema: schemaOf('Say who looks after an issue', AssignIssueBody) },
    async request => {
      const context = contextOf(request)
      const assignee = await assigneeOf(context, callerIn(request), request.body.to)
      return changeOne(context, request, request.params.number, request.body, { to: 'assigned', assignee })
    },
  )
}

interface ActBody {
  reason?: string | undefined
  version?: number | undefined
}

async function changeOne(
  context: ProjectContext,
  request: FastifyRequest,
  number: number,
  body: ActBody,
  wanted: LifeRequest,
): Promise<ActedIssue> {
  const { id } = await foundIssue(context, number)
  const [issue] = await change(context, request, [id], body, wanted)
  if (issue) return issue
  throw new GantryError('NOT_FOUND', `no issue ${number}`)
}

async function change(
  context: ProjectContext,
  request: FastifyRequest,
  ids: string[],
  { reason, version }: ActBody,
  wanted: LifeRequest,
): Promise<ActedIssue[]> {
  const { store, stored } = context
  const issues = await store.issueLife.change(stored.name, ids, wanted, whoActs(context, request, reason), version)
  const changed = issues.filter(({ act }) => act !== null)
  const state = changed[0]?.state
  await tell(context, request, { issues: changed, reason, evidence: { ...wanted, state } })
  return issues
}

const whoActs = ({ now }: ProjectContext, request: FastifyRequest, reason: string | undefined): ByWhom => ({
  by: callerIn(request).name,
  at: now().toISOString(),
  text: reason || null,
})

interface Told {
  issues: readonly Pick<Issue, 'number'>[]
  reason: string | undefined
  evidence: Record<string, unknown>
}

/** Screens that show many issues ask for all of them anew, whichever it was that changed. */
const mostTold = 50

/** Into the ledger, as acts that change what gates and rules look at are, and to the open screens. What changed nothing is no act. */
async function tell(
  { record, live }: ProjectContext,
  request: FastifyRequest,
  { issues, reason, evidence }: Told,
): Promise<void> {
  const numbers = issues.map(({ number }) => number)
  if (numbers.length === 0) return
  const isOne = numbers.length === 1
  await record({
    ...{ actor: callerIn(request).name, action: 'issue.changed', reason: reason || null },
    subject: isOne ? `issue ${numbers[0]}` : counted(numbers.length, 'issue'),
    evidence: isOne ? evidence : { ...evidence, issues: numbers },
  })
  for (const number of numbers.slice(0, mostTold)) live.tell({ topic: 'issue', key: String(number) })
}

function manyRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/issues/acts',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'One act on many issues: all of them, or none', body: ManyIssuesBody },
        response: { 200: z.object({ issues: z.array(ActedIssue) }) },
      },
    },
    async request => {
      const context = contextOf(request)
      const { body } = request
      const ids = await idsOf(context, body.issues)
      const wanted = await manyRequest(context, callerIn(request), body)
      return { issues: await change(context, request, ids, { reason: body.reason }, wanted) }
    },
  )
  app.post(
    '/issues/acts/undo',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'Take back what one act did to many issues, but of those changed since' },
        ...{ body: UndoActsBody, response: { 200: UndoneActs } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { acts, reason } = request.body
      const who = whoActs(context, request, reason)
      const { undone, changedSince } = await context.store.issueLife.undoMany(context.stored.name, acts, who)
      await tell(context, request, { issues: undone, reason, evidence: { undone: acts } })
      return { issues: undone, changedSince }
    },
  )
}

async function idsOf({ store, stored }: ProjectContext, numbers: readonly number[]): Promise<string[]> {
  const ids = await store.issues.idsByNumber(stored.name, numbers)
  return numbers.map(number => {
    const id = ids.get(number)
    if (id !== undefined) return id
    throw new GantryError('NOT_FOUND', `no issue ${number}`)
  })
}

async function manyRequest(context: ProjectContext, caller: Caller, body: ManyIssuesBody): Promise<LifeRequest> {
  switch (body.act) {
    case 'resolve':
      return resolveRequest(body)
    case 'mute':
      return muteRequest(body, context.now().toISOString())
    case 'assign':
      return { to: 'assigned', assignee: await assigneeOf(context, caller, body.to) }
    case 'reopen':
      return { to: 'open' }
    case 'archive':
      return { to: 'archived' }
  }
}

/** Somebody of the project: nobody else could look after it. */
async function assigneeOf(context: ProjectContext, caller: Caller, to: string | null): Promise<Assignee | null> {
  if (to === null) return null
  if (to === 'me') {
    if (caller.kind === 'person') return { person: caller.person.id, name: caller.name, why: 'by-hand' }
    throw new GantryError('BAD_REQUEST', '`me` is a person, and a token is none: name somebody')
  }
  const word = to.toLowerCase()
  const members = await context.store.access.members(context.stored.name)
  const found = members.filter(
    ({ id, name, email }) => id === to || name.toLowerCase() === word || email?.toLowerCase() === word,
  )
  const [member] = found
  if (member && found.length === 1) return { person: member.id, name: member.name, why: 'by-hand' }
  if (caller.kind === 'person' && caller.name.toLowerCase() === word)
    return { person: caller.person.id, name: caller.name, why: 'by-hand' }
  const why =
    found.length > 1 ? `${found.length} members are called ${to}: name one by e-mail` : `no member is called ${to}`
  throw new GantryError('NOT_FOUND', why)
}

function partRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/issues/:number/parts',
    {
      access: may('look'),
      schema: {
        ...{ tags: ['issues'], summary: 'What it was merged from and can be split into, and why each is one' },
        ...{ params: one, response: { 200: IssueParts } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { id } = await foundIssue(context, request.params.number)
      return { parts: await context.store.issueLife.parts(context.stored.name, id) }
    },
  )
  app.post(
    '/issues/:number/merge',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'Merge other issues into this one', params: one, body: MergeIssuesBody },
        response: { 200: ActedIssue },
      },
    },
    async request => {
      const context = contextOf(request)
      const { issues: numbers, reason } = request.body
      const into = await foundIssue(context, request.params.number)
      const from = await idsOf(context, numbers)
      const who = whoActs(context, request, reason)
      const issue = await context.store.issueLife.merge(context.stored.name, into.id, from, who)
      if (issue.act === null) return issue
      await tell(context, request, { issues: [issue], reason, evidence: { merged: numbers } })
      for (const number of numbers.slice(0, mostTold)) context.live.tell({ topic: 'issue', key: String(number) })
      return issue
    },
  )
  app.post(
    '/issues/:number/split',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'Make parts of it an issue of their own; answers that one', params: one },
        ...{ body: SplitIssueBody, response: { 200: ActedIssue } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { parts, events, reason } = request.body
      const from = await foundIssue(context, request.params.number)
      const chosen = [...parts]
      for (const event of events) chosen.push(await partOf(context, event))
      const who = whoActs(context, request, reason)
      const issue = await context.store.issueLife.split(context.stored.name, from.id, chosen, who)
      await tell(context, request, { issues: [from], reason, evidence: { split: issue.number } })
      context.live.tell({ topic: 'issue', key: String(issue.number) })
      return issue
    },
  )
}

async function partOf({ store, stored }: ProjectContext, eventId: string): Promise<string> {
  const event = await store.issues.event(stored.name, eventId.replaceAll('-', '').toLowerCase())
  if (event) return event.issueId
  throw new GantryError('NOT_FOUND', `no event ${eventId.slice(0, 40)} is kept`)
}

function activityRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/issues/:number/acts',
    {
      access: may('look'),
      schema: {
        ...{ tags: ['issues'], summary: 'Who did what with it, and what Gantry noticed' },
        ...{ params: one, response: { 200: IssueActs } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { id } = await foundIssue(context, request.params.number)
      return { acts: await context.store.issueLife.acts(context.stored.name, id) }
    },
  )
  app.post(
    '/issues/:number/comments',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'Say something about it', params: one, body: NoteBody },
        response: { 200: IssueActs },
      },
    },
    async request => {
      const context = contextOf(request)
      const { id, number } = await foundIssue(context, request.params.number)
      const who = whoActs(context, request, request.body.text)
      await context.store.issueLife.comment(context.stored.name, id, who)
      context.live.tell({ topic: 'issue', key: String(number) })
      return { acts: await context.store.issueLife.acts(context.stored.name, id) }
    },
  )
  app.post(
    '/issues/:number/acts/:act/undo',
    {
      access,
      schema: {
        ...{ tags: ['issues'], summary: 'Take an act back, as long as nobody changed the same since' },
        ...{ params: one.extend({ act: z.string() }), body: IssueActBody, response: { 200: Issue } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { number, act } = request.params
      const { id } = await foundIssue(context, number)
      const { reason } = request.body
      const who = whoActs(context, request, reason)
      const issue = await context.store.issueLife.undo(context.stored.name, id, act, who)
      await tell(context, request, { issues: [issue], reason, evidence: { undone: act, state: issue.state } })
      return issue
    },
  )
}
