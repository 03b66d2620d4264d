import type { Draft, Problem, Site } from '@sitebuilder/site'

export type Refusal = { code: string; message: string; problems: Problem[] }
export type Result<T> = { ok: true; value: T } | { ok: false; error: Refusal }

export type SiteApi = {
  list(): Promise<Result<Site[]>>
  create(draft: Draft): Promise<Result<Site>>
  edit(draft: Draft): Promise<Result<Site>>
  publish(slug: string): Promise<Result<Site>>
}

type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** The backend, same origin. Never throws: whatever goes wrong is a refusal a person can read. */
export function siteApi(fetch: Fetch): SiteApi {
  const send = async (method: string, path: string, draft?: Draft): Promise<Result<Record<string, unknown>>> => {
    try {
      const body = draft && { body: JSON.stringify(draft), headers: { 'content-type': 'application/json' } }
      const response = await fetch(path, { method, ...body })
      const answer = await response.json()
      return response.ok ? { ok: true, value: answer } : { ok: false, error: refusalOf(answer) }
    } catch {
      return { ok: false, error: refusalOf(undefined) }
    }
  }
  const site = async (method: string, path: string, draft?: Draft) =>
    pick<Site>(await send(method, path, draft), 'site')
  return {
    list: async () => pick<Site[]>(await send('GET', '/api/sites'), 'sites'),
    create: draft => site('POST', '/api/sites', draft),
    edit: draft => site('PUT', `/api/sites/${encodeURIComponent(draft.slug)}`, draft),
    publish: slug => site('POST', `/api/sites/${encodeURIComponent(slug)}/publish`),
  }
}

function pick<T>(result: Result<Record<string, unknown>>, field: string): Result<T> {
  return result.ok ? { ok: true, value: result.value[field] as T } : result
}

function refusalOf(answer: { error?: Partial<Refusal> } | undefined): Refusal {
  const { code = 'unreachable', message = 'The server does not answer. Nothing was lost; try again.' } =
    answer?.error ?? {}
  return { code, message, problems: answer?.error?.problems ?? [] }
}
