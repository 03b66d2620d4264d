import { type Assumption, fieldIn, missingFields, type VendorAssumptions } from '../vendor/assumption.ts'
import { lookAt } from '../vendor/vendor-api.ts'
import { renderVendor } from './render-api.ts'
import { filledIn, serviceIn } from './render-scene.ts'
import { render } from './settings.ts'

/** The service that is looked at, which a config may name instead of saying its id. */
async function serviceId({ get, target }: Parameters<NonNullable<Assumption['probe']>>[0]): Promise<string> {
  if (target.startsWith('srv-')) return target
  const { body } = await get('/services', { name: target })
  const id = Array.isArray(body) ? fieldIn(body[0], 'service.id') : undefined
  if (typeof id !== 'string') throw new Error(`there is no service "${target}" that RENDER_API_KEY sees`)
  return id
}

const assumptions: Assumption[] = [
  {
    id: 'render-service',
    says: 'A service is found by its name, and answers its id, autoDeploy, suspended and the address of serviceDetails.url.',
    source: 'public OpenAPI description of 2026, GET /services and GET /services/{serviceId}',
    async probe(look) {
      const { body } = await look.get(`/services/${await serviceId(look)}`)
      return missingFields(body, ['id', 'name', 'autoDeploy', 'suspended', 'serviceDetails.url'])
    },
  },
  {
    id: 'render-variables',
    says: 'The variables of a service are listed with key and value, in pages of 100 by cursor; they are of the service, whichever build runs.',
    source: 'public OpenAPI description of 2026, GET /services/{serviceId}/env-vars',
    async probe(look) {
      const { body } = await look.get(`/services/${await serviceId(look)}/env-vars`, { limit: '1' })
      if (!Array.isArray(body)) return 'the answer is no list'
      return body[0] === undefined ? null : missingFields(body[0], ['envVar.key', 'cursor'])
    },
  },
  {
    id: 'render-deploys',
    says: 'Deploys are listed the newest first, with status, trigger, and the commit or the image.',
    source: 'public OpenAPI description of 2026, GET /services/{serviceId}/deploys',
    async probe(look) {
      const { body } = await look.get(`/services/${await serviceId(look)}/deploys`, { limit: '5' })
      if (!Array.isArray(body)) return 'the answer is no list'
      const [first, second] = body.map(each => fieldIn(each, 'deploy'))
      if (first === undefined) return null
      const isSorted =
        second === undefined || String(fieldIn(first, 'createdAt')) >= String(fieldIn(second, 'createdAt'))
      return isSorted ? missingFields(first, ['id', 'status', 'createdAt']) : 'the oldest comes first'
    },
  },
  {
    id: 'render-limits',
    says: 'Answers carry Ratelimit-Limit, -Remaining and -Reset: 10 deploys a minute for a service, 400 reads a minute.',
    source: 'api-docs.render.com, page on rate limits',
    async probe(look) {
      const { headers } = await look.get(`/services/${await serviceId(look)}`)
      return headers.has('ratelimit-remaining') ? null : 'the answer has no Ratelimit-Remaining'
    },
  },
  {
    id: 'render-error-shape',
    says: 'A refusal is {"id", "message"}.',
    source: 'public OpenAPI description of 2026',
    async probe({ get }) {
      const { status, body } = await get('/services/srv-thisisnoservice000')
      return status === 404 ? missingFields(body, ['message']) : `an unknown service is answered ${status}`
    },
  },
  {
    id: 'render-queued',
    says: 'A deploy that has to wait is answered 202 without a body, and appears in the list of deploys soon.',
    source: 'public OpenAPI description of 2026, POST /services/{serviceId}/deploys',
    byHand: 'start two deploys of a test service one after the other, and read the second answer',
  },
  {
    id: 'render-rollback-auto-deploy',
    says: 'A rollback by the API leaves automatic deploys on, unlike one in the dashboard.',
    source: 'Render documentation on rollbacks',
    byHand: 'POST /services/{serviceId}/rollback by hand, then look at autoDeploy; `gantry rollback` switches it off',
  },
  {
    id: 'render-builds-kept',
    says: 'Builds kept to go back to: 2 on the free plan, 5 Hobby, 15 Pro, 30 Scale and Enterprise.',
    source: 'render.com, article of 2026-09',
    byHand: 'compare with the Rollback buttons in the list of deploys; say another number as buildsKept',
  },
  {
    id: 'render-preview',
    says: 'A preview of an image has the name that was asked for, is found by it, and is deleted as any service is; a variable that is set is read by its next deploy.',
    source:
      'public OpenAPI description of 2026, POST /services/{serviceId}/preview and PUT …/env-vars/{envVarKey}; commits cannot be previewed by the API',
    byHand:
      'open a pull request with previews on, and see a service called <project>-<service>-pr-<number>-<hash> come and go',
  },
]

export const vendor: VendorAssumptions = {
  vendor: 'Render',
  tokenEnv: 'RENDER_API_KEY',
  needs: () => ['RENDER_API_KEY'],
  assumptions,
  look(context, { settings, environment }) {
    const api = renderVendor(context)
    const target = filledIn(serviceIn(environment, render.settings.schema.parse(settings)), {
      environment,
      env: context.env,
    })
    return { target, get: (path, query) => lookAt(api, path, query) }
  },
}
