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
  'DELETE /services/{serviceId}': ofService((state, { id }) => {
    state.services.delete(id)
    return { status: 204 }
  }),
  'POST /services/{serviceId}/preview': ofService((state, base, { body }) => {
    const { imagePath, name } = Object(body)
    if (base.imagePath === null) return refused(400, 'previews can be made of image-backed services only')
    if (!sameImage(imagePath, base.imagePath)) return refused(400, 'the image must match the configured one')
    const said = { name, imagePath, deploys: [], autoDeploy: 'no' as const }
    const own = { ...base, ...said, id: `srv-${name}`, env: { ...base.env } }
    state.services.set(own.id, own)
    const deploy = addDeploy(state, own, { commit: null, image: imagePath, trigger: 'api' })
    return { status: 200, body: { service: serviceAnswer(own), deployId: deploy.id } }
  }),
  'GET /services/{serviceId}/deploys': ofService((_state, service, { query }) => {
    const page = service.deploys.slice(0, Number(query['limit'] ?? 20))
    return { status: 200, body: page.map(each => ({ deploy: deployAnswer(each), cursor: each.id })) }
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
  'GET /services/{serviceId}/deploys/{deployId}': ofService((state, service, { params }) => {
    const deploy = service.deploys.find(({ id }) => id === params['deployId'])
    if (!deploy) return refused(404, 'not found: deploy')
    moveOn(state, service, deploy)
    return { status: 200, body: deployAnswer(deploy) }
  }),
  'POST /services/{serviceId}/deploys/{deployId}/cancel': ofService((_state, service, { params }) => {
    const deploy = service.deploys.find(({ id }) => id === params['deployId'])
    if (!deploy) return refused(404, 'not found: deploy')
    if (isEnded(deploy)) return refused(400, 'the deploy has ended')
    Object.assign(deploy, { status: 'canceled', ahead: [] })
    return { status: 200, body: deployAnswer(deploy) }
  }),
  'GET /services/{serviceId}/env-vars': ofService((_state, { env }, { query }) => {
    const all = Object.entries(env)
    const from = query['cursor'] === undefined ? 0 : all.findIndex(([key]) => key === query['cursor']) + 1
    const page = all.slice(from, from + Number(query['limit'] ?? 20))
    return { status: 200, body: page.map(([key, value]) => ({ envVar: { key, value }, cursor: key })) }
  }),
  'PUT /services/{serviceId}/env-vars/{envVarKey}': ofService((_state, { env }, { params, body }) => {
    const [key, value] = [params['envVarKey'] ?? '', String(Object(body)['value'])]
    env[key] = value
    return { status: 200, body: { key, value } }
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
  ...(commit !== null && { commit: { id: commit } }),
  ...(image !== null && { image: { ref: image, sha: `sha256:${id}` } }),
})

const serviceAnswer = ({ id, name, autoDeploy, imagePath, isSuspended }: FakeService): object => ({
  id,
  name,
  autoDeploy,
  ...(imagePath !== null && { imagePath }),
  suspended: isSuspended ? 'suspended' : 'not_suspended',
  dashboardUrl: `https://dashboard.render.com/web/${id}`,
  serviceDetails: { url: `https://${name}.onrender.com` },
})
