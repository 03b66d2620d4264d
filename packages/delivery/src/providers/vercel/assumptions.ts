import { type Assumption, fieldIn, missingFields, type VendorAssumptions } from '../vendor/assumption.ts'
import { lookAt } from '../vendor/vendor-api.ts'
import { vercel } from './settings.ts'
import { targetIn, vercelVendor } from './vercel-vendor.ts'

const project = (target: string) => `/v9/projects/${encodeURIComponent(target)}`

const assumptions: Assumption[] = [
  {
    id: 'vercel-project',
    says: 'A project answers its id, whether builds get its domains by themselves, and which deployment production has.',
    source: 'OpenAPI description of 2025-10-27, GET /v9/projects/{idOrName}',
    async probe({ get, target }) {
      const { body } = await get(project(target))
      return missingFields(body, ['id', 'name', 'accountId', 'autoAssignCustomDomains'])
    },
  },
  {
    id: 'vercel-last-alias-request',
    says: 'A promotion or a rollback shows as lastAliasRequest of the project asked for with rollbackInfo=true: jobStatus, toDeploymentId, requestedAt.',
    source:
      'the CLI asks for it (promote/status.ts); the OpenAPI description has the field and leaves the parameter out',
    async probe({ get, target }) {
      const { body } = await get(project(target), { rollbackInfo: 'true' })
      const request = fieldIn(body, 'lastAliasRequest')
      if (request === undefined) return 'the answer has no lastAliasRequest'
      return request === null ? null : missingFields(request, ['jobStatus', 'toDeploymentId', 'requestedAt', 'type'])
    },
    byHand: 'promote any staged deployment of a test project first: before that, the field may be null',
  },
  {
    id: 'vercel-variables',
    says: 'The variables of a project are listed with key, target and updatedAt, and a deployment keeps those it was made with.',
    source: 'OpenAPI description, GET /v10/projects/{idOrName}/env',
    async probe({ get, target }) {
      const { body } = await get(`/v10/projects/${encodeURIComponent(target)}/env`)
      const envs = fieldIn(body, 'envs')
      if (!Array.isArray(envs)) return 'the answer has no list of variables'
      return envs[0] === undefined ? null : missingFields(envs[0], ['key', 'target', 'updatedAt'])
    },
  },
  {
    id: 'vercel-domains',
    says: 'The domains that lead to production are listed before there is a deployment, one of vercel.app among them.',
    source: 'OpenAPI description, GET /v9/projects/{idOrName}/domains; the domain of vercel.app comes with the project',
    async probe({ get, target }) {
      const { body } = await get(`${project(target)}/domains`, { production: 'true', redirects: 'false' })
      const domains = fieldIn(body, 'domains')
      if (!Array.isArray(domains)) return 'the answer has no list of domains'
      return domains[0] === undefined ? 'the project has no domain' : missingFields(domains[0], ['name', 'projectId'])
    },
  },
  {
    id: 'vercel-list-meta',
    says: 'A list of deployments holds the meta each was created with, so that a deployment is found again by it.',
    source: 'OpenAPI description, GET /v7/deployments',
    async probe({ get, target }) {
      const { body } = await get('/v7/deployments', { projectId: target, limit: '5' })
      const first = (fieldIn(body, 'deployments') as unknown[] | undefined)?.[0]
      return first === undefined ? null : missingFields(first, ['uid', 'url', 'meta', 'readyState'])
    },
  },
  {
    id: 'vercel-deployment',
    says: 'A deployment answers readyState, target, projectId and meta; readySubstate is STAGED until it had traffic.',
    source: 'OpenAPI description, GET /v13/deployments/{idOrUrl}',
    async probe({ get, target }) {
      const { body } = await get('/v7/deployments', { projectId: target, limit: '1' })
      const uid = fieldIn((fieldIn(body, 'deployments') as unknown[] | undefined)?.[0], 'uid')
      if (typeof uid !== 'string') return null
      const one = await get(`/v13/deployments/${uid}`)
      return missingFields(one.body, ['id', 'url', 'readyState', 'projectId', 'meta'])
    },
  },
  {
    id: 'vercel-error-shape',
    says: 'A refusal is {"error": {"code", "message"}}, and x-vercel-id names the request.',
    source: 'CLI sources; some answers are said to use "err" instead',
    async probe({ get }) {
      const { status, body, headers } = await get('/v13/deployments/dpl_thisIsNoDeployment')
      if (status !== 404 && status !== 400) return `an unknown deployment is answered ${status}`
      if (headers.get('x-vercel-id') === null) return 'the answer has no x-vercel-id'
      return missingFields(body, ['error.code', 'error.message'])
    },
  },
  {
    id: 'vercel-skip-domain',
    says: 'autoAssignCustomDomains: false at creation keeps a production deployment from getting the domains.',
    source: 'the CLI sends it for --skip-domain; the published description leaves it out',
    byHand:
      'run `vercel deploy --prebuilt --prod --skip-domain` and see that the domain still shows the former deployment',
  },
  {
    id: 'vercel-rollback-auto-assign',
    says: 'A rollback switches the automatic assignment of production domains off; PATCH autoAssignCustomDomains brings it back.',
    source: 'Vercel documentation on instant rollback, quoted by others',
    byHand: 'roll a test project back, then look at Settings, Domains; `gantry rollback` leaves it as it was before',
  },
  {
    id: 'vercel-rolling-202',
    says: 'A promotion during a rolling release is answered 202 and waits behind it.',
    source: 'OpenAPI description, POST /v10/projects/{projectId}/promote/{deploymentId}',
    byHand:
      'on a Pro team, start a rolling release, then promote another deployment, and read the status of the answer',
  },
  {
    id: 'vercel-hobby-rollback',
    says: 'On Hobby, a rollback reaches the former production deployment only, and is refused with 402 further back.',
    source: 'CLI documentation of 2026-01-13',
    byHand: 'on a Hobby account, roll back two deployments at once and read the refusal',
  },
  {
    id: 'vercel-delete',
    says: 'A deployment is deleted by its id, for good; the list of deployments goes further back with `until`.',
    source: 'OpenAPI description, DELETE /v13/deployments/{id}',
    byHand: 'close a pull request with a preview, and look for its deployments in the project',
  },
]

export const vendor: VendorAssumptions = {
  vendor: 'Vercel',
  tokenEnv: 'VERCEL_TOKEN',
  needs: () => ['VERCEL_TOKEN'],
  assumptions,
  look(context, { settings, environment }) {
    const { project: target, team } = targetIn(vercel.settings.schema.parse(settings), environment, context.env)
    const api = vercelVendor(context)
    return { target, get: (path, query) => lookAt(api, path, { ...query, ...team }) }
  },
}
