import type { FakeAnswer, FakeRequest } from '../fake.ts'
import { addDeploy, type FakeDeploy, type FakeService, moveOn, type RenderState } from './render-state.ts'

type Act = (state: RenderState, request: FakeRequest) => FakeAnswer

export const errorBody = (_status: number, code: string, message: string) => ({ id: code, message })
const refused = (status: number, message: string): FakeAnswer => ({ status, body: errorBody(status, 'fake', message) })

/** Does it with the service of the path, which has to be there. */
const ofService =
  (act: (state: RenderState, service: FakeService, request: FakeRequest) => FakeAnswer): Act =>
  (state, request) => {
    const service = state.services.get(request.params['serviceId'] ?? '')
    return service ? act(state, service, request) : refused(404, 'not found: service')
  }

const isEnded = ({ status }: FakeDeploy) => !/^(created|queued|.*_in_progress)$/.test(status)

/** What Render does, by operation. */
export const renderActs: Record<string, Act> = {
  'GET /services'(state, { query }) {
    const named = query['name']
    const names = named === undefined ? null : [named].flat()
    const found = [...state.services.values()].filter(({ name }) => names === null || names.includes(name))
    return { status: 200, body: found.map(service => ({ service: serviceAnswer(service), cursor: service.id })) }
  },
  'GET /services/{serviceId}': ofService((_state, service) => ({ status: 200, body: serviceAnswer(service) })),
  'PATCH /services/{serviceId}': ofService((_state, service, { body }) => {
    const asked = Object(body)['autoDeploy']
    if (asked === 'yes' || asked === 'no') service.autoDeploy = asked
    return { status: 200, body: serviceAnswer(service) }
  }),
  'GET /services/{serviceId}/deploys': ofService((_state, service, { query }) => {
    const wanted = query['status'] === undefined ? null : [query['status']].flat()
    const page = service.deploys.filter(({ status }) => wanted === null || wanted.includes(status))
    const from = query['cursor'] === undefined ? 0 : page.findIndex(({ id }) => id === query['cursor']) + 1
    const limit = Number(query['limit'] ?? 20)
    return {
      status: 200,
      body: page.slice(from, from + limit).map(each => ({ deploy: deployAnswer(each), cursor: each.id })),
    }
  }),
  'POST /services/{serviceId}/deploys': ofService((state, service, { body }) => {
    const { commitId, imageUrl } = Object(body)
    const isOther = imageUrl && service.imagePath !== null && !sameImage(imageUrl, service.imagePath)
    if (isOther) return refused(400, 'the image must match the configured one')
    const deploy = addDeploy(state, service, { commit: commitId ?? null, image: imageUrl ?? null, trigger: 'api' })
    if (!state.isQueueing) return { status: 201, body: deployAnswer(deploy) }
    deploy.status = 'queued'
    return { status: 202 }
  }),
  'GET /services/{serviceId}/deploys/{deployId}': ofService((_state, service, { params }) => {
    const deploy = service.deploys.find(({ id }) => id === params['deployId'])
    if (!deploy) return refused(404, 'not found: deploy')
    moveOn(service, deploy)
    return { status: 200, body: deployAnswer(deploy) }
  }),
  'POST /services/{serviceId}/deploys/{deployId}/cancel': ofService((_state, service, { params }) => {
    const deploy = service.deploys.find(({ id }) => id === params['deployId'])
    if (!deploy) return refused(404, 'not found: deploy')
    if (isEnded(deploy)) return refused(400, 'the deploy has ended')
    Object.assign(deploy, { status: 'canceled', ahead: [] })
    return { status: 200, body: deployAnswer(deploy) }
  }),
  'POST /services/{serviceId}/rollback': ofService((state, service, { body }) => {
    const to = service.deploys.find(({ id }) => id === Object(body)['deployId'])
    if (!to) return refused(404, 'not found: deploy')
    if (to.status !== 'deactivated' && to.status !== 'live') return refused(400, 'the deploy was never live')
    const { commit, image } = to
    return { status: 201, body: deployAnswer(addDeploy(state, service, { commit, image, trigger: 'rollback' })) }
  }),
}

const sameImage = (asked: string, configured: string) => {
  const name = (image: string) => image.split('@')[0]?.replace(/:[^/]*$/, '')
  return name(asked) === name(configured)
}

const deployAnswer = ({ id, status, commit, image, trigger, createdAt }: FakeDeploy): object => ({
  id,
  status,
  trigger,
  createdAt,
  ...(commit !== null && { commit: { id: commit, message: '', createdAt } }),
  ...(image !== null && { image: { ref: image, sha: `sha256:${id}` } }),
})

const serviceAnswer = ({ id, name, autoDeploy, imagePath, isSuspended }: FakeService): object => ({
  id,
  name,
  autoDeploy,
  ...(imagePath !== null && { imagePath }),
  ownerId: 'tea-fake',
  type: 'web_service',
  slug: name,
  rootDir: '',
  notifyOnFail: 'default',
  suspended: isSuspended ? 'suspended' : 'not_suspended',
  suspenders: [],
  createdAt: new Date(0).toISOString(),
  updatedAt: new Date(0).toISOString(),
  dashboardUrl: `https://dashboard.render.com/web/${id}`,
  serviceDetails: {
    env: 'node',
    runtime: 'node',
    envSpecificDetails: { buildCommand: 'true', startCommand: 'true' },
    plan: 'starter',
    region: 'frankfurt',
    numInstances: 1,
    buildPlan: 'starter',
    healthCheckPath: '/healthz',
    openPorts: [],
    url: `https://${name}.onrender.com`,
  },
})
