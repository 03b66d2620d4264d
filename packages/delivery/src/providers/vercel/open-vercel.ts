import type { VercelCore } from '@vercel/sdk/core.js'
import { aliasesAssignAlias } from '@vercel/sdk/funcs/aliasesAssignAlias.js'
import { aliasesGetAlias } from '@vercel/sdk/funcs/aliasesGetAlias.js'
import { deploymentsCancelDeployment } from '@vercel/sdk/funcs/deploymentsCancelDeployment.js'
import { deploymentsCreateDeployment } from '@vercel/sdk/funcs/deploymentsCreateDeployment.js'
import { deploymentsDeleteDeployment } from '@vercel/sdk/funcs/deploymentsDeleteDeployment.js'
import { deploymentsGetDeployment } from '@vercel/sdk/funcs/deploymentsGetDeployment.js'
import { deploymentsGetDeployments } from '@vercel/sdk/funcs/deploymentsGetDeployments.js'
import { deploymentsUploadFile } from '@vercel/sdk/funcs/deploymentsUploadFile.js'
import { projectsFilterProjectEnvs } from '@vercel/sdk/funcs/projectsFilterProjectEnvs.js'
import { projectsGetProject } from '@vercel/sdk/funcs/projectsGetProject.js'
import { projectsGetProjectDomains } from '@vercel/sdk/funcs/projectsGetProjectDomains.js'
import { projectsListPromoteAliases } from '@vercel/sdk/funcs/projectsListPromoteAliases.js'
import { projectsRequestPromote } from '@vercel/sdk/funcs/projectsRequestPromote.js'
import { projectsRequestRollback } from '@vercel/sdk/funcs/projectsRequestRollback.js'
import { projectsUpdateProject } from '@vercel/sdk/funcs/projectsUpdateProject.js'
import * as z from 'zod'
import { VendorError } from '../vendor/vendor-error.ts'
import { Deployment, type NewDeployment, Project, ProjectVariable, type VercelApi } from './vercel-api.ts'
import { asStaged, callVercel, missingFilesIn, type VercelCall, withRollbackInfo } from './vercel-call.ts'
import type { VercelTarget, VercelWorld } from './vercel-vendor.ts'

/** Vercel's API by Vercel's own client, for one project. */
export function openVercel(world: VercelWorld, { project, team }: VercelTarget): VercelApi {
  const call: VercelCall = (act, ask, edit) => callVercel(world, act, ask, edit)
  return {
    async project() {
      const ask = (core: VercelCore) => projectsGetProject(core, { idOrName: project, ...team })
      return Project.parse((await call(`show the project ${project}`, ask, withRollbackInfo)).body)
    },
    domains: () => domainsOf(call, project, team),
    async setAutoAssign(idOrName, isOn) {
      const requestBody = { autoAssignCustomDomains: isOn }
      await call('let builds get the domains again', core =>
        projectsUpdateProject(core, { idOrName, requestBody, ...team }),
      )
    },
    async upload(sha, bytes) {
      const request = { contentLength: bytes.byteLength, xVercelDigest: sha, requestBody: bytes, ...team }
      await call('take a file', core => deploymentsUploadFile(core, request))
    },
    create: wanted => create(call, wanted, team),
    async deployment(idOrUrl) {
      const { body } = await call(`show the deployment ${idOrUrl}`, core =>
        deploymentsGetDeployment(core, { idOrUrl, ...team }),
      )
      return Deployment.parse(body)
    },
    async newest(projectId, until) {
      const { body } = await call('list the deployments', core =>
        deploymentsGetDeployments(core, { projectId, limit: 100, ...(until !== undefined && { until }), ...team }),
      )
      return z.object({ deployments: z.array(Deployment) }).parse(body).deployments
    },
    remove: id => remove(call, id, team),
    async cancel(id) {
      await call('cancel the deployment', core => deploymentsCancelDeployment(core, { id, ...team }))
    },
    async promote(projectId, deploymentId) {
      const ask = (core: VercelCore) => projectsRequestPromote(core, { projectId, deploymentId, ...team })
      const { status } = await call('promote the deployment', ask)
      return { isQueued: status === 202 }
    },
    async rollBack(projectId, deploymentId, description) {
      const request = { projectId, deploymentId, description, ...team }
      await call('roll back', core => projectsRequestRollback(core, request))
    },
    failedAliases: projectId => failedAliases(call, projectId, team),
    async point(id, alias) {
      await call(`point ${alias} to the deployment`, core =>
        aliasesAssignAlias(core, { id, requestBody: { alias }, ...team }),
      )
    },
    async variables() {
      const { body } = await call('list the variables', core =>
        projectsFilterProjectEnvs(core, { idOrName: project, ...team }),
      )
      return z.object({ envs: z.array(ProjectVariable) }).parse(body).envs
    },
    behind: alias => behind(call, alias, team),
  }
}

const Domains = z.object({ domains: z.array(z.object({ name: z.string() })) })

async function domainsOf(call: VercelCall, idOrName: string, team: VercelTarget['team']): Promise<string[]> {
  const request = { idOrName, production: 'true', redirects: 'false', ...team } as const
  const { body } = await call('list the domains', core => projectsGetProjectDomains(core, request))
  return Domains.parse(body).domains.map(({ name }) => name)
}

async function failedAliases(call: VercelCall, projectId: string, team: VercelTarget['team']): Promise<string[]> {
  const request = { projectId, failedOnly: true, limit: 20, ...team }
  const { body } = await call('list the domains that did not move', core => projectsListPromoteAliases(core, request))
  return FailedAliases.parse(body).aliases.map(({ alias }) => (typeof alias === 'string' ? alias : alias.alias))
}

const FailedAliases = z.object({
  aliases: z.array(z.object({ alias: z.union([z.string(), z.object({ alias: z.string() })]) })),
})

async function create(
  call: VercelCall,
  { project, target, files, meta, git }: NewDeployment,
  team: VercelTarget['team'],
): Promise<Deployment | { missing: string[] }> {
  const known = files.map(({ file, sha, size }) => ({ file, sha, size }))
  const more = { ...(target && { target }), ...(git && { gitMetadata: git }) }
  const requestBody = { name: project.name, project: project.id, files: known, meta, ...more }
  const request = { forceNew: '1', skipAutoDetectionConfirmation: '1', requestBody, ...team } as const
  try {
    const { body } = await call(
      'create the deployment',
      core => deploymentsCreateDeployment(core, request),
      asStaged(files),
    )
    return Deployment.parse(body)
  } catch (cause) {
    const missing = missingFilesIn(cause)
    if (missing) return { missing }
    throw cause
  }
}

async function remove(call: VercelCall, id: string, team: VercelTarget['team']): Promise<void> {
  try {
    await call('delete the deployment', core => deploymentsDeleteDeployment(core, { id, ...team }))
  } catch (cause) {
    if (!(cause instanceof VendorError) || cause.fault.status !== 404) throw cause
  }
}

async function behind(call: VercelCall, alias: string, team: VercelTarget['team']): Promise<string | null> {
  try {
    const { body } = await call(`show the domain ${alias}`, core =>
      aliasesGetAlias(core, { idOrAlias: alias, ...team }),
    )
    return z.object({ deploymentId: z.string().nullish() }).parse(body).deploymentId ?? null
  } catch (cause) {
    if (cause instanceof VendorError && cause.fault.status === 404) return null
    throw cause
  }
}
