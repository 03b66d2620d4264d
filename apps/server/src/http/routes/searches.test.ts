import { GantryError, type KeptSearch, maySeeSearch, type Role, type SavedSearchStore } from '@gantry/core'
import type { SavedSearchView } from '@gantry/core/api'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../access/caller.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { searchRoutes } from './searches.ts'

const app = Fastify() as unknown as FastifyInstance
let count = 0
const told: string[] = []
const roles: Record<string, Role> = { mira: 'viewer', bo: 'developer' }

beforeAll(async () => {
  const context = {
    ...{
      stored: { name: 'shop' },
      store: { savedSearches: inMemory() },
      now: () => new Date('2026-11-28T10:00:00.000Z'),
    },
    ...{ newId: () => `s${++count}`, live: { tell: ({ topic }: { topic: string }) => told.push(topic) } },
  } as unknown as ProjectContext
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrors(app)
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    const name = String(request.headers['x-who'])
    const role = roles[name]
    const person = { id: name, name, role }
    request.caller = (role ? { kind: 'person', name, role, person } : { kind: 'program', name }) as unknown as Caller
  })
  searchRoutes(apiOf(app).ofProject, () => context)
  await app.ready()
})
afterAll(() => app.close())

type Answer = SavedSearchView & { error?: { code: string; message: string }; searches: SavedSearchView[] }
async function ask(who: string, path = '', payload?: object) {
  const url = `/api/v1/projects/shop/searches${path}`
  const headers = { 'x-who': who }
  const answer = await app.inject(payload ? { method: 'POST', url, headers, payload } : { method: 'GET', url, headers })
  const body = answer.json<Answer>()
  return { ...body, status: answer.statusCode, code: body.error?.code }
}
const names = async (who: string) => (await ask(who)).searches.map(({ name, mayChange }) => `${name} ${mayChange}`)
const logs = (name: string, more: object = {}) => ({ kind: 'logs', name, search: { q: 'level:error' }, ...more })

test('anybody saves their own; what is shared takes a developer, and is seen by all', async () => {
  const mine = await ask('mira', '', logs('  Slow  checkout '))
  expect(mine).toMatchObject({ status: 201, name: 'Slow checkout', isShared: false, version: 1, mayChange: true })
  expect((await ask('mira', '', logs('for all', { isShared: true }))).code).toBe('FORBIDDEN')
  expect((await ask('bo', '', logs('for all', { isShared: true }))).status).toBe(201)
  expect(await names('mira')).toEqual(['Slow checkout true', 'for all false'])
  expect(await names('bo')).toEqual(['for all true'])
  expect(await names('a token')).toEqual(['for all false'])
  expect((await ask('a token', '', logs('x'))).code).toBe('FORBIDDEN')
  expect(JSON.stringify(await ask('mira'))).not.toContain('ownerId')
  expect((await ask('mira', `/${mine.id}`, { version: 1, isShared: true })).code).toBe('FORBIDDEN')
  expect((await ask('bo', `/${mine.id}`, { version: 1, name: 'taken over' })).code).toBe('NOT_FOUND')
})

test('a search is renamed, replaced, shared and made one’s own, each by the version that was seen', async () => {
  const { id } = await ask('bo', '', { kind: 'issues', name: 'open ones', search: { q: 'is:new' } })
  expect(await ask('bo', `/${id}`, { version: 1, name: 'new ones', isShared: true })).toMatchObject({ version: 2 })
  expect((await ask('bo', `/${id}`, { version: 1, name: 'x' })).code).toBe('CONFLICT')
  expect((await ask('mira', `/${id}`, { version: 2, name: 'x' })).code).toBe('FORBIDDEN')
  const replaced = await ask('bo', `/${id}`, { version: 2, search: { q: 'is:regressed', state: 'all' } })
  expect(replaced).toMatchObject({ name: 'new ones', search: { q: 'is:regressed', state: 'all' }, version: 3 })
  expect((await ask('bo', `/${id}`, { version: 3, search: { columns: 'a' } })).error?.message).toContain('columns')
  expect(await ask('bo', `/${id}`, { version: 3, isShared: false })).toMatchObject({ isShared: false })
  expect((await ask('mira', `/${id}`, { version: 4, name: 'x' })).code).toBe('NOT_FOUND')
  expect((await ask('bo', '', { ...logs('x'), kind: 'issues', search: { line: '1' } })).code).toBe('BAD_REQUEST')
  expect((await ask('bo', '', logs('\u200b'))).error?.message).toContain('something that can be seen')
})

test('what was removed is put back, and other windows hear of each change', async () => {
  const { id } = await ask('bo', '', logs('goes', { isShared: true }))
  told.length = 0
  expect((await ask('mira', `/${id}/remove`, {})).code).toBe('FORBIDDEN')
  expect((await ask('bo', `/${id}/remove`, {})).status).toBe(200)
  expect((await ask('bo', `/${id}/remove`, {})).code).toBe('NOT_FOUND')
  expect(await names('bo')).not.toContain('goes true')
  expect(await ask('bo', `/${id}/put-back`, {})).toMatchObject({ name: 'goes', status: 200 })
  expect((await ask('bo', `/${id}/put-back`, {})).code).toBe('NOT_FOUND')
  expect((await ask('bo', '/unknown/put-back', {})).code).toBe('NOT_FOUND')
  expect(await names('mira')).toContain('goes false')
  expect(told).toEqual(['search', 'search'])
})

/** Its rules on a database are those of packages/store. */
function inMemory(): SavedSearchStore {
  const [kept, removed] = [new Map<string, KeptSearch>(), new Map<string, KeptSearch>()]
  const move = (id: string, from: typeof kept, to: typeof kept): KeptSearch | null => {
    const search = from.get(id)
    if (!search) return null
    from.delete(id)
    to.set(id, search)
    return search
  }
  return {
    list: async (_project, person) => [...kept.values()].filter(search => maySeeSearch(search, person)),
    get: async (_project, id) => kept.get(id) ?? removed.get(id) ?? null,
    add: async search => void kept.set(search.id, search),
    async change(search) {
      if (kept.get(search.id)?.version !== search.version) throw new GantryError('CONFLICT', 'changed')
      kept.set(search.id, { ...search, version: search.version + 1 })
    },
    remove: async (_project, id) => move(id, kept, removed) !== null,
    putBack: async (_project, id) => move(id, removed, kept),
  }
}
