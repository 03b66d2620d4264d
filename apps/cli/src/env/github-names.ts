import { GantryError } from '@gantry/core'
import type { EnvironmentNames } from '@gantry/core/env'
import * as z from 'zod'

const Page = z.looseObject({
  secrets: z.array(z.looseObject({ name: z.string() })).optional(),
  variables: z.array(z.looseObject({ name: z.string() })).optional(),
})

export interface GitHubPlace {
  /** `https://api.github.com`, or a GitHub Enterprise Server's `…/api/v3`. */
  api: string
  /** `owner/name` */
  repository: string
  token: string
}

const pageSize = 30

/**
 * Names of the secrets and variables of GitHub environments, those of the repository included: GitHub never tells values
 * of secrets. Source: the REST API's "Actions secrets" and "Actions variables", version 2022-11-28.
 * @throws GantryError VENDOR_REFUSED
 */
export async function namesOnGitHub(place: GitHubPlace, environments: readonly string[]): Promise<EnvironmentNames[]> {
  const base = `/repos/${place.repository}`
  const shared = [
    ...(await allNames(place, `${base}/actions/secrets`)),
    ...(await allNames(place, `${base}/actions/variables`)),
  ]
  const found: EnvironmentNames[] = []
  for (const environment of environments) {
    const own = `${base}/environments/${encodeURIComponent(environment)}`
    const names = [
      ...shared,
      ...(await allNames(place, `${own}/secrets`)),
      ...(await allNames(place, `${own}/variables`)),
    ]
    found.push({ environment, source: 'GitHub', names: new Map(names.map(name => [name, null])) })
  }
  return found
}

async function allNames(place: GitHubPlace, path: string): Promise<string[]> {
  const names: string[] = []
  for (let page = 1; ; page++) {
    const { secrets = [], variables = [] } = await read(place, `${path}?per_page=${pageSize}&page=${page}`)
    const found = [...secrets, ...variables].map(({ name }) => name)
    names.push(...found)
    if (found.length < pageSize) return names
  }
}

async function read({ api, token }: GitHubPlace, path: string): Promise<z.output<typeof Page>> {
  const response = await fetch(`${api}${path}`, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(15_000),
  }).catch(cause => {
    throw new GantryError('VENDOR_REFUSED', `GitHub could not be reached at ${api}`, { path }, { cause })
  })
  const text = await response.text()
  // An environment that nobody made yet has no names.
  if (response.status === 404 && path.includes('/environments/')) return {}
  if (!response.ok) {
    throw new GantryError('VENDOR_REFUSED', `GitHub answered ${response.status} to ${path}`, {
      body: text.slice(0, 500),
    })
  }
  return Page.parse(JSON.parse(text))
}
