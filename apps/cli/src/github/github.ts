import { GantryError } from '@gantry/core'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/** A repository on GitHub, asked with a token. */
export interface GitHub {
  /** `owner/name` */
  repository: string
  /** Path below `/repos/<owner>/<name>`. Null when there is no such thing. @throws GantryError VENDOR_REFUSED */
  get(path: string): Promise<unknown | null>
}

/**
 * @param asking the option that needs it, for the error
 * @throws CalledWrongly without a token
 */
export function githubOf(host: Host, repository: string, asking: string): GitHub {
  const token = host.env['GITHUB_TOKEN'] ?? host.env['GH_TOKEN']
  if (!token)
    throw new CalledWrongly(`${asking}: expected GITHUB_TOKEN`, 'Set it to a token that may read this repository.')
  const api = (host.env['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/$/, '')
  return { repository, get: path => read(`${api}/repos/${repository}${path}`, token) }
}

/** REST API, version 2022-11-28. */
async function read(url: string, token: string): Promise<unknown | null> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(30_000),
  }).catch(cause => {
    throw new GantryError('VENDOR_REFUSED', `GitHub could not be reached at ${new URL(url).origin}`, { url }, { cause })
  })
  const text = await response.text()
  if (response.status === 404) return null
  if (!response.ok) {
    const { pathname } = new URL(url)
    throw new GantryError('VENDOR_REFUSED', `GitHub answered ${response.status} to ${pathname}`, {
      body: text.slice(0, 500),
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GantryError('VENDOR_REFUSED', `GitHub answered something that is no JSON to ${url}`, {}, { cause })
  }
}
