import * as z from 'zod'

/** `owner/name`, as GitHub writes it. */
export const RepositoryName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/, 'expected owner/name')
  .refine(name => !/\/\.{1,2}$/.test(name), 'expected owner/name')

/** The App of a project, as GitHub made it. Its secrets are sealed elsewhere. */
const GitHubApp = z.object({
  id: z.int(),
  slug: z.string(),
  /** Null until somebody installs it on the repository. */
  installationId: z.int().nullable(),
  isSuspended: z.boolean(),
})

/** What a project has to do with its repository on GitHub. */
export const GitHubConnection = z.object({
  repository: RepositoryName,
  /** A repository that was removed and made again under its name is another one. Null until GitHub told it. */
  repositoryId: z.int().nullable(),
  app: GitHubApp.nullable(),
  hasToken: z.boolean().describe('a personal token is kept, for where there is no App'),
  connectedAt: z.iso.datetime(),
  connectedBy: z.string(),
})
export type GitHubConnection = z.output<typeof GitHubConnection>

/** GitHub as a server reaches it: github.com, `<name>.ghe.com`, or a GitHub Enterprise Server. */
export interface GitHubPlace {
  url: string
  api: string
  /** Who signs the OIDC tokens of jobs. */
  issuer: string
}

/** @param url without a slash at its end */
export function placeOfGitHub(url: string): GitHubPlace {
  if (url === 'https://github.com')
    return { url, api: 'https://api.github.com', issuer: 'https://token.actions.githubusercontent.com' }
  const [, name] = /^https:\/\/([a-z0-9-]+)\.ghe\.com$/.exec(url) ?? []
  if (name !== undefined)
    return { url, api: `https://api.${name}.ghe.com`, issuer: `https://token.actions.${name}.ghe.com` }
  return { url, api: `${url}/api/v3`, issuer: `${url}/_services/token` }
}

/** GitHub compares names without regard to case. */
export const isSameRepository = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Why nothing can be asked of GitHub though the project is connected with it; null where it can. */
export function whyUnasked({ app, hasToken, repository }: GitHubConnection): string | null {
  if (hasToken) return null
  if (!app) return `nothing on ${repository} can be read or mirrored: there is neither an App nor a token`
  return whyAppRests({ app, repository })
}

/** Why the App of a project may do nothing at present; null where it may, or there is none. */
export function whyAppRests({ app, repository }: Pick<GitHubConnection, 'app' | 'repository'>): string | null {
  if (app?.isSuspended) return `the App ${app.slug} is suspended for ${repository}`
  return app && app.installationId === null ? `the App ${app.slug} is not installed on ${repository}` : null
}
