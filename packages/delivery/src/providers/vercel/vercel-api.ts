import * as z from 'zod'

/** What Gantry reads of a deployment. Vercel answers more, and says new words from time to time: they pass. */
export const Deployment = z
  .object({
    id: z.string().optional(),
    uid: z.string().optional(),
    url: z.string(),
    projectId: z.string().optional(),
    readyState: z.string().optional(),
    readySubstate: z.string().nullish(),
    createdAt: z.number().optional(),
    target: z.string().nullish(),
    meta: z.record(z.string(), z.unknown()).default({}),
    inspectorUrl: z.string().nullish(),
    errorCode: z.string().nullish(),
    errorMessage: z.string().nullish(),
    aliasError: z.object({ code: z.string().optional(), message: z.string().optional() }).nullish(),
    checksConclusion: z.string().nullish(),
  })
  .transform(({ id, uid, readyState, ...rest }) => ({
    ...rest,
    id: id ?? uid ?? '',
    readyState: readyState ?? 'QUEUED',
  }))
export type Deployment = z.output<typeof Deployment>

const AliasRequest = z.object({
  toDeploymentId: z.string(),
  jobStatus: z.string(),
  requestedAt: z.number(),
  type: z.string(),
})

export const Project = z.object({
  id: z.string(),
  name: z.string(),
  autoAssignCustomDomains: z.boolean().default(true),
  targets: z
    .object({
      production: z
        .object({
          id: z.string(),
          alias: z.array(z.string()).default([]),
          meta: z.record(z.string(), z.unknown()).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  lastAliasRequest: AliasRequest.nullish(),
})
export type Project = z.output<typeof Project>

export interface NewDeployment {
  project: Pick<Project, 'id' | 'name'>
  target: 'production' | null
  files: { file: string; sha: string; size: number; mode: number }[]
  meta: Record<string, string>
  /** As Vercel shows it beside the deployment. */
  git: { commitSha: string; commitMessage: string; commitAuthorName: string } | null
}

/** A variable of the project, without its value. */
export const ProjectVariable = z.object({
  id: z.string().optional(),
  key: z.string(),
  target: z.union([z.string(), z.array(z.string())]).nullish(),
  updatedAt: z.number().nullish(),
})
export type ProjectVariable = z.output<typeof ProjectVariable>

/** What Gantry does at Vercel, for one project. All throw VendorError. */
export interface VercelApi {
  project(): Promise<Project>
  /** Domains of production, whether a deployment has them yet or not. */
  domains(): Promise<string[]>
  setAutoAssign(projectId: string, isOn: boolean): Promise<void>
  upload(sha: string, bytes: Uint8Array): Promise<void>
  /** Creates it without giving it a domain, or says which files it lacks. */
  create(deployment: NewDeployment): Promise<Deployment | { missing: string[] }>
  deployment(idOrUrl: string): Promise<Deployment>
  /** The newest deployments of the project, the newest first; those before an instant where one is given. */
  newest(projectId: string, before?: number): Promise<Deployment[]>
  /** Gone for good; done where it is gone already. */
  remove(id: string): Promise<void>
  cancel(id: string): Promise<void>
  /** Asks for it; `isQueued` when it waits behind a rolling release. */
  promote(projectId: string, id: string): Promise<{ isQueued: boolean }>
  rollBack(projectId: string, id: string, why: string): Promise<void>
  /** Domains that did not move. */
  failedAliases(projectId: string): Promise<string[]>
  point(id: string, alias: string): Promise<void>
  /** Names of the project's variables, and when each was changed last: Vercel gives out neither values nor digests. */
  variables(): Promise<ProjectVariable[]>
  /** The deployment that a domain leads to; null where there is no such domain. */
  behind(alias: string): Promise<string | null>
}

/** What Gantry writes beside a deployment, to know it again. */
export interface OwnMeta {
  gantryProject: string
  gantryEnvironment: string
  gantryService: string
  gantryRelease: string
  /** Of one attempt to deploy: asked for twice, it is one deployment. */
  gantryAttempt: string
}

export const isOwn = (deployment: Pick<Deployment, 'meta'>, meta: Partial<OwnMeta>): boolean =>
  Object.entries(meta).every(([name, value]) => deployment.meta[name] === value)
