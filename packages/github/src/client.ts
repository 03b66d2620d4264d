import { GantryError } from '@gantry/core'

/** GitHub's REST API, asked with one token or none. @throws GantryError VENDOR_REFUSED where GitHub refuses or cannot be reached */
export interface GitHubClient {
  /** Null when there is no such thing, or none that this token may see. Asked again it costs nothing of the limit while it did not change. */
  get(path: string): Promise<unknown | null>
  /** The same of one page of a list: whether another one follows, and behind which cursor where GitHub names one. */
  page(path: string): Promise<Page>
  /** @throws GantryError VENDOR_REFUSED where there is no such thing, too */
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>
}

interface Page {
  body: unknown | null
  isLast: boolean
  after: string | null
}

export interface GitHubClientParts {
  /** As in `https://api.github.com`. */
  api: string
  /** Null: asked as anybody. It is asked for another one, once, where GitHub does not take `refused` any more. */
  token: ((refused?: string) => Promise<string>) | null
  fetch: typeof fetch
  now(): Date
  signal?: AbortSignal
}

const timeoutMs = 30_000
/** Answers that are kept to be asked for again by their ETag. */
const answersKept = 200
/** GitHub says to wait at least a minute where it names no time. */
const unnamedWaitMs = 60_000

/** REST API, version 2022-11-28. Waits for nothing: what is limited is refused with the moment it may be asked again. */
export function githubClient(parts: GitHubClientParts): GitHubClient {
  const known = new Map<string, Known>()
  let limitedUntilMs = 0
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    if (parts.now().getTime() < limitedUntilMs) throw limited(path, limitedUntilMs)
    const before = method === 'GET' ? known.get(path) : undefined
    const response = await taken(parts, { method, path, body, etag: before?.etag ?? null })
    if (response.status === 304 && before) return { ...before, status: 200 }
    const text = await response.text()
    if (isLimited(response)) {
      limitedUntilMs = freeAtMs(response, parts.now().getTime())
      throw limited(path, limitedUntilMs)
    }
    if (response.status === 404) return { status: 404, body: text, next: null }
    if (!response.ok) throw refused(response, path, text)
    const read = bodyOf(text, path)
    const next = nextIn(response.headers.get('link') ?? '')
    const etag = response.headers.get('etag')
    if (method === 'GET' && etag) keep(known, path, { etag, body: read, next })
    return { status: response.status, body: read, next }
  }
  return {
    async get(path) {
      const { status, body } = await ask('GET', path)
      return status === 404 ? null : body
    },
    async page(path) {
      const { status, body, next } = await ask('GET', path)
      return { body: status === 404 ? null : body, isLast: next === null, after: next?.get('after') ?? null }
    },
    async send(method, path, body) {
      const answer = await ask(method, path, body)
      if (answer.status !== 404) return answer.body
      throw new GantryError(
        'VENDOR_REFUSED',
        `GitHub answered 404 to ${path}: the token may not change it, or it is not there`,
        {
          status: 404,
        },
      )
    },
  }
}

/** More than any list here has that can be read in time. */
const mostPages = 100

/**
 * All of a list that comes in pages, as far as GitHub says that another one follows. `pick` answers what is wanted of one page.
 * @throws GantryError VENDOR_REFUSED where it has no end: a part of it proves nothing
 */
export async function pagesOf<T>(
  client: Pick<GitHubClient, 'page'>,
  path: string,
  pick: (page: unknown) => T[],
): Promise<T[]> {
  const items: T[] = []
  for (let page = 1; page <= mostPages; page++) {
    const { body, isLast } = await client.page(pathOfPage(path, page))
    items.push(...pick(body))
    if (isLast) return items
  }
  const what = `more than ${mostPages} pages of ${withoutQuery(path)}`
  throw new GantryError('VENDOR_REFUSED', `GitHub lists ${what}: not all of it was read`, { path: withoutQuery(path) })
}

export const pathOfPage = (path: string, page: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`

/** When GitHub said it may be asked again; null where it said nothing of the kind. */
export function retryAtOf(cause: unknown): Date | null {
  const at = cause instanceof GantryError ? cause.facts['retryAt'] : undefined
  return typeof at === 'string' ? new Date(at) : null
}

/** What GitHub answered when it refused; null for any other failure. */
export function statusOf(cause: unknown): number | null {
  const status = cause instanceof GantryError && cause.code === 'VENDOR_REFUSED' ? cause.facts['status'] : undefined
  return typeof status === 'number' ? status : null
}

/** Whether that is an answer: it is not there, or may not be asked for. Any other refusal says nothing, and is asked again. */
export const isDenied = (cause: unknown): boolean =>
  [403, 404, 422].includes(statusOf(cause) ?? 0) && retryAtOf(cause) === null

/** Of what there has to be a page, which may be empty. */
export function present(page: unknown | null, path: string): unknown {
  if (page !== null) return page
  const why = 'it is not there, or may not be read'
  throw new GantryError('VENDOR_REFUSED', `GitHub answered 404 to ${withoutQuery(path)}: ${why}`, { status: 404 })
}

interface Question {
  method: string
  path: string
  body: unknown
  etag: string | null
}

/** A token of an installation may end before its time: the App was changed, or installed anew. */
async function taken(parts: GitHubClientParts, question: Question): Promise<Response> {
  const token = (await parts.token?.()) ?? null
  const response = await sent(parts, question, token)
  if (response.status !== 401 || token === null) return response
  const another = (await parts.token?.(token)) ?? token
  return another === token ? response : sent(parts, question, another)
}

async function sent(
  parts: GitHubClientParts,
  { method, path, body, etag }: Question,
  token: string | null,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const headers = {
    accept: 'application/vnd.github+json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    'x-github-api-version': '2022-11-28',
    'user-agent': 'gantry',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(etag === null ? {} : { 'if-none-match': etag }),
  }
  return parts
    .fetch(`${parts.api}${path}`, {
      method,
      headers,
      // A token is for the address it was made for, and for none that this one leads to.
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: parts.signal ? AbortSignal.any([parts.signal, timeout]) : timeout,
    })
    .catch(cause => {
      throw new GantryError('VENDOR_REFUSED', `GitHub could not be reached at ${parts.api}`, { path }, { cause })
    })
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const isLimited = ({ status, headers }: Response): boolean =>
  (status === 403 || status === 429) &&
  (status === 429 || headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0')

function freeAtMs({ headers }: Response, nowMs: number): number {
  const afterSeconds = Number(headers.get('retry-after') ?? Number.NaN)
  if (Number.isFinite(afterSeconds)) return nowMs + afterSeconds * 1_000
  const resetSeconds = Number(headers.get('x-ratelimit-reset') ?? Number.NaN)
  const isSaid = headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(resetSeconds)
  return isSaid ? Math.max(resetSeconds * 1_000, nowMs + 1_000) : nowMs + unnamedWaitMs
}

const limited = (path: string, untilMs: number) =>
  new GantryError('VENDOR_REFUSED', `GitHub takes no more requests until ${new Date(untilMs).toISOString()}`, {
    status: 429,
    path: withoutQuery(path),
    retryAt: new Date(untilMs).toISOString(),
  })

const refused = ({ status, headers }: Response, path: string, body: string) =>
  new GantryError('VENDOR_REFUSED', `GitHub answered ${status} to ${withoutQuery(path)}: ${reason(body)}`, {
    status,
    requestId: headers.get('x-github-request-id'),
  })

const withoutQuery = (path: string): string => path.split('?')[0] ?? path

interface Answer {
  status: number
  body: unknown
  /** What the next page is asked for with; null: it is the last one. */
  next: URLSearchParams | null
}
type Known = Omit<Answer, 'status'> & { etag: string }

/** Of `<https://…?after=x>; rel="next"`: the address itself is never gone to. */
function nextIn(link: string): URLSearchParams | null {
  const [, next = ''] = /<([^>]*)>;\s*rel="next"/.exec(link) ?? []
  return URL.canParse(next) ? new URL(next).searchParams : null
}

function keep(known: Map<string, Known>, path: string, answer: Known) {
  known.delete(path)
  known.set(path, answer)
  for (const oldest of known.keys()) if (known.size > answersKept) known.delete(oldest)
}

function bodyOf(text: string, path: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GantryError(
      'VENDOR_REFUSED',
      `GitHub answered something that is no JSON to ${withoutQuery(path)}`,
      {},
      { cause },
    )
  }
}

/** GitHub says why in `message`, sometimes with `errors` of words or with codes. */
function reason(body: string): string {
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown }
    const more = Array.isArray(errors) ? errors.map(inWords).filter(Boolean).join('; ') : ''
    return [message, more].filter(Boolean).join(': ').slice(0, 300)
  } catch {
    return body.slice(0, 300)
  }
}

function inWords(error: unknown): string {
  if (typeof error === 'string') return error
  const { message, field, code } = (error ?? {}) as { message?: string; field?: string; code?: string }
  return message ?? [field, code].filter(Boolean).join(' ')
}
