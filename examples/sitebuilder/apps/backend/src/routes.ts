import type { IncomingMessage } from 'node:http'
import { type Draft, parseDraft } from '@sitebuilder/site'
import { ApiError, notFound } from './api-error.ts'
import type { Deps } from './deps.ts'
import { readJson } from './read-json.ts'

export type Answer = { status: number; body: unknown }
type Handler = (deps: Deps, slug: string, request: IncomingMessage) => Promise<Answer>

export const routes: Record<string, Handler> = {
  'GET /healthz': health,
  'GET /api/sites': async ({ sites }) => ({ status: 200, body: { sites: await sites.list() } }),
  'POST /api/sites': async ({ sites }, _slug, request) => {
    const draft = draftFrom(await readJson(request))
    const site = await sites.create(draft)
    if (!site) throw new ApiError(409, 'slug_taken', `The address "${draft.slug}" is taken.`)
    return { status: 201, body: { site } }
  },
  'GET /api/sites/:slug': async ({ sites }, slug) => found(await sites.find(slug)),
  'PUT /api/sites/:slug': async ({ sites }, slug, request) => {
    const body = await readJson(request)
    return found(await sites.edit(draftFrom({ ...(typeof body === 'object' ? body : {}), slug })))
  },
  'POST /api/sites/:slug/publish': async ({ sites }, slug) => found(await sites.publish(slug)),
}

async function health({ sites, log, release }: Deps): Promise<Answer> {
  try {
    await sites.ping()
    return { status: 200, body: { status: 'ok', release } }
  } catch (err) {
    log.error('health: the database does not answer', { err })
    return { status: 503, body: { status: 'down', release } }
  }
}

function draftFrom(input: unknown): Draft {
  const parsed = parseDraft(input)
  if ('problems' in parsed) throw new ApiError(400, 'invalid', 'Some fields need another look.', parsed.problems)
  return parsed.draft
}

function found<T>(site: T | undefined): Answer {
  if (!site) throw notFound('site with this address')
  return { status: 200, body: { site } }
}
