import { GantryError } from '@gantry/core'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/** A repository on GitHub, asked with a token. Every call throws GantryError VENDOR_REFUSED where GitHub refuses. */
export interface GitHub {
  /** `owner/name` */
  repository: string
  /** Path below `/repos/<owner>/<name>`. Null when there is no such thing. */
  get(path: string): Promise<unknown | null>
  /** Path below the root of the API. Null when there is no such thing. */
  root(path: string): Promise<unknown | null>
  /** Path below `/repos/<owner>/<name>`. */
  send(method: 'PUT' | 'PATCH', path: string, body: unknown): Promise<void>
}

/**
 * @param asking the option or command that needs it, for the error
 * @param isAdministered whether it will be changed, which a token that may read cannot
 * @throws CalledWrongly without a token
 */
export function githubOf(host: Host, repository: string, asking: string, isAdministered = false): GitHub {
  const token = host.env['GITHUB_TOKEN'] ?? host.env['GH_TOKEN']
  if (!token)
    throw new CalledWrongly(
      `${asking}: expected GITHUB_TOKEN`,
      `Set it to a token that may ${isAdministered ? 'administer' : 'read'} ${repository}.`,
    )
  const api = (host.env['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/$/, '')
  const base = `/repos/${repository}`
  return {
    repository,
    get: path => asked({ api, token, method: 'GET', path: `${base}${path}` }),
    root: path => asked({ api, token, method: 'GET', path }),
    send: async (method, path, body) => {
      const answer = await asked({ api, token, method, path: `${base}${path}`, body })
      if (answer === null) throw refused(404, `${base}${path}`, 'the token may not change it, or it is not there')
    },
  }
}

interface Request {
  api: string
  token: string
  method: string
  path: string
  body?: unknown
}

/** REST API, version 2022-11-28. */
async function asked({ api, token, method, path, body }: Request): Promise<unknown | null> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch(cause => {
    throw new GantryError('VENDOR_REFUSED', `GitHub could not be reached at ${api}`, { path }, { cause })
  })
  const text = await response.text()
  if (response.status === 404) return null
  if (!response.ok) throw refused(response.status, path, text)
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GantryError('VENDOR_REFUSED', `GitHub answered something that is no JSON to ${path}`, {}, { cause })
  }
}

const refused = (status: number, path: string, body: string) =>
  new GantryError('VENDOR_REFUSED', `GitHub answered ${status} to ${path.split('?')[0]}: ${reason(body)}`, { status })

/** GitHub says why in `message`, sometimes with `errors` of words. */
function reason(body: string): string {
  try {
    const { message, errors } = JSON.parse(body) as { message?: unknown; errors?: unknown }
    const more = Array.isArray(errors) ? errors.filter(each => typeof each === 'string').join('; ') : ''
    return [message, more].filter(Boolean).join(': ').slice(0, 300)
  } catch {
    return body.slice(0, 300)
  }
}
