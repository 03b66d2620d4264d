import * as z from 'zod'
import { RepositoryName } from '../github/github-connection.ts'

export const ConnectGitHubBody = z.strictObject({
  repository: RepositoryName.describe('owner/name'),
  token: z.string().min(1).max(1_000).optional().describe('a personal token, for where there is to be no App'),
  organization: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,39}$/)
    .optional()
    .describe('whose the App will be; left out: the account of whoever makes it'),
})

/** `page` leads to the page that makes the App; null when a token was given. */
export const ConnectedGitHubView = z.object({ page: z.string().nullable() })

export const GitHubView = z.object({
  repository: z.string().nullable().describe('owner/name; null: not connected'),
  by: z
    .enum(['app', 'token', 'nothing'])
    .describe('what GitHub is asked with; `nothing`: only jobs of the repository are believed'),
  app: z.object({ slug: z.string(), isInstalled: z.boolean(), installPage: z.string() }).nullable(),
  hook: z.object({
    address: z.string(),
    isSigned: z.boolean().describe('whether the project has a secret of its own for it'),
    lastAt: z.iso.datetime().nullable().describe('when the last delivery came'),
  }),
  audience: z.string().describe('what the OIDC token of a job has to be for'),
  issuer: z.string().describe('who has to have signed it'),
  problems: z.array(z.string()),
})
export type GitHubView = z.output<typeof GitHubView>

export const JobTokenBody = z.strictObject({
  token: z.string().max(20_000).describe('the OIDC token GitHub gave the job, for the audience of the project'),
  environment: z.string().optional().describe('refused unless the job is of this environment'),
})
export const GivenJobToken = z.object({
  token: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime(),
})
