import type { EnvironmentNames } from '@gantry/core/env'
import * as z from 'zod'
import type { GitHub } from '../github/github.ts'

const Named = z.array(z.looseObject({ name: z.string() }))
const Page = z.looseObject({ secrets: Named.optional(), variables: Named.optional() })

const pageSize = 30

/**
 * Names of the secrets and variables of GitHub environments, those of the repository included: GitHub never tells values
 * of secrets. An environment that nobody made yet has no names of its own.
 * @throws GantryError VENDOR_REFUSED
 */
export async function namesOnGitHub(github: GitHub, environments: readonly string[]): Promise<EnvironmentNames[]> {
  const shared = await namesOfRepository(github)
  const found: EnvironmentNames[] = []
  for (const environment of environments) {
    const own = await namesAt(github, `/environments/${encodeURIComponent(environment)}`)
    found.push({ environment, source: 'GitHub', names: new Map([...shared, ...own].map(name => [name, null])) })
  }
  return found
}

/** Names of the repository's own secrets and variables. @throws GantryError VENDOR_REFUSED */
export const namesOfRepository = (github: GitHub): Promise<string[]> => namesAt(github, '/actions')

async function namesAt(github: GitHub, path: string): Promise<string[]> {
  return [...(await allNames(github, `${path}/secrets`)), ...(await allNames(github, `${path}/variables`))]
}

async function allNames(github: GitHub, path: string): Promise<string[]> {
  const names: string[] = []
  for (let page = 1; ; page++) {
    const answer = (await github.get(`${path}?per_page=${pageSize}&page=${page}`)) ?? {}
    const { secrets = [], variables = [] } = Page.parse(answer)
    const found = [...secrets, ...variables].map(({ name }) => name)
    names.push(...found)
    if (found.length < pageSize) return names
  }
}
