import { type GitHubClient, githubClient } from '@gantry/github'
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
  send(...asked: Parameters<GitHubClient['send']>): Promise<unknown>
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
  const client = githubClient({ api, token: async () => token, fetch, now: host.now })
  const base = `/repos/${repository}`
  return {
    repository,
    get: path => client.get(`${base}${path}`),
    root: path => client.get(path),
    send: (method, path, body) => client.send(method, `${base}${path}`, body),
  }
}
