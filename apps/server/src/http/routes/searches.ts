import { GantryError, type KeptSearch, mayAct, mayChangeSearch, maySeeSearch, searchFields } from '@gantry/core'
import { NewSearch, SavedSearches, SavedSearchView, SearchChange } from '@gantry/core/api'
import * as z from 'zod'
import type { PersonCaller } from '../../access/caller.ts'
import { may } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['searches']
const one = z.object({ id: z.string() })

/** Searches of lines and of issues that have a name. Whose they are decides who sees and changes them. */
export function searchRoutes(app: Api, contextOf: ContextOf): void {
  listRoute(app, contextOf)
  addRoute(app, contextOf)
  changeRoute(app, contextOf)
  removalRoutes(app, contextOf)
}

function listRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/searches',
    {
      access: may('look'),
      schema: { tags, summary: 'Saved searches: shared ones, and those of who asks', response: { 200: SavedSearches } },
    },
    async request => {
      const { store, stored } = contextOf(request)
      const caller = callerIn(request)
      const person = caller.kind === 'person' ? caller : null
      const found = await store.savedSearches.list(stored.name, person?.person.id ?? null)
      return { searches: found.map(search => viewOf(search, person)) }
    },
  )
}

function addRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/searches',
    {
      access: may('save'),
      schema: { tags, summary: 'Save a search', body: NewSearch, response: { 201: SavedSearchView } },
    },
    async (request, reply) => {
      const context = contextOf(request)
      const { body } = request
      const caller = personIn(request)
      if (body.isShared) requireSharing(caller)
      const search: KeptSearch = {
        ...body,
        id: context.newId(),
        project: context.stored.name,
        ownerId: body.isShared ? null : caller.person.id,
        version: 1,
        ...changedNow(context, caller),
      }
      await context.store.savedSearches.add(search)
      tell(context, search)
      return reply.status(201).send(viewOf(search, caller))
    },
  )
}

function changeRoute(app: Api, contextOf: ContextOf): void {
  app.post(
    '/searches/:id',
    {
      access: may('save'),
      schema: {
        ...{ tags, summary: 'Rename a saved search, replace it, share it or make it one’s own', params: one },
        ...{ body: SearchChange, response: { 200: SavedSearchView } },
      },
    },
    async request => {
      const context = contextOf(request)
      const { version, name, isShared, search: fields } = request.body
      const caller = personIn(request)
      const known = await changeable(context, caller, request.params.id)
      const willBeShared = isShared ?? known.isShared
      if (willBeShared && !known.isShared) requireSharing(caller)
      const changed = {
        ...known,
        ...{ version, name: name ?? known.name, isShared: willBeShared },
        ownerId: willBeShared ? null : (known.ownerId ?? caller.person.id),
        search: fields === undefined ? known.search : fieldsOf(known, fields),
        ...changedNow(context, caller),
      } as KeptSearch
      await context.store.savedSearches.change(changed)
      tell(context, changed)
      return viewOf({ ...changed, version: version + 1 }, caller)
    },
  )
}

function removalRoutes(app: Api, contextOf: ContextOf): void {
  const body = z.strictObject({})
  app.post(
    '/searches/:id/remove',
    {
      access: may('save'),
      schema: { tags, summary: 'Remove a saved search; it can be put back for a month', params: one, body },
    },
    async request => {
      const context = contextOf(request)
      const search = await changeable(context, personIn(request), request.params.id)
      const removed = await context.store.savedSearches.remove(search.project, search.id, context.now().toISOString())
      if (!removed) throw unknown(search.id)
      tell(context, search)
      return {}
    },
  )
  app.post(
    '/searches/:id/put-back',
    {
      access: may('save'),
      schema: {
        ...{ tags, summary: 'Put back a saved search that was removed', params: one, body },
        response: { 200: SavedSearchView },
      },
    },
    async request => {
      const context = contextOf(request)
      const caller = personIn(request)
      const { project, id } = await changeable(context, caller, request.params.id)
      const search = await context.store.savedSearches.putBack(project, id)
      if (search === null) throw unknown(id)
      tell(context, search)
      return viewOf(search, caller)
    },
  )
}

/** One that others have is as unknown as one that is not there. */
async function changeable({ store, stored }: ProjectContext, caller: PersonCaller, id: string): Promise<KeptSearch> {
  const search = await store.savedSearches.get(stored.name, id)
  if (search === null || !maySeeSearch(search, caller.person.id)) throw unknown(id)
  if (!mayChangeSearch(search, caller.person)) requireSharing(caller)
  return search
}

function requireSharing({ name, role }: PersonCaller): void {
  if (!mayAct(role, 'share'))
    throw new GantryError(
      'FORBIDDEN',
      `expected the role developer or above for what everybody has; ${name} is a ${role}`,
    )
}

function fieldsOf({ kind }: KeptSearch, fields: Record<string, string>): KeptSearch['search'] {
  const read = searchFields[kind].safeParse(fields)
  if (read.success) return read.data
  const [first] = read.error.issues
  throw new GantryError(
    'BAD_REQUEST',
    `body.search.${first?.path.join('.') ?? ''}: ${first?.message ?? 'not as expected'}`,
  )
}

const unknown = (id: string) => new GantryError('NOT_FOUND', `no saved search ${id.slice(0, 60)}`)

const changedNow = ({ now }: ProjectContext, { name }: PersonCaller) => ({
  changedAt: now().toISOString(),
  changedBy: name,
})

/** One's own are told of as well: another window of the same person shows them. */
const tell = ({ live }: ProjectContext, { id }: KeptSearch): void => live.tell({ topic: 'search', key: id })

function viewOf(search: KeptSearch, caller: PersonCaller | null): SavedSearchView {
  return { ...search, mayChange: caller !== null && mayChangeSearch(search, caller.person) }
}
