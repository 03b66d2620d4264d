import { body, inPath, inQuery, json, list, object, text, whole, word } from '../schema.ts'

/**
 * The calls of Render's API that Gantry makes, with the fields it sends and reads, as Render's public OpenAPI description has them
 * (version 1.0.0, as it was in 2026). It refuses no field and answers more than these: the fake refuses others, for they are misspelt,
 * and answers no others, for they would be made up.
 */
const moment = { type: 'string', format: 'date-time' }
const onOff = word('yes', 'no')

const service = object(
  {
    id: text,
    name: text,
    autoDeploy: onOff,
    suspended: word('suspended', 'not_suspended'),
    dashboardUrl: text,
    // Of services that run an image.
    imagePath: text,
    // A worker has no address.
    serviceDetails: object({ url: text }),
  },
  ['id', 'name', 'autoDeploy', 'suspended', 'dashboardUrl', 'serviceDetails'],
)

const deploy = object(
  {
    id: text,
    status: word(
      ...['created', 'queued', 'build_in_progress', 'pre_deploy_in_progress', 'update_in_progress'],
      ...['live', 'deactivated', 'canceled', 'build_failed', 'pre_deploy_failed', 'update_failed'],
    ),
    trigger: word(
      ...['api', 'manual', 'new_commit', 'rollback', 'deploy_hook', 'blueprint_sync'],
      ...['service_updated', 'service_resumed', 'deployed_by_render', 'other'],
    ),
    createdAt: moment,
    commit: object({ id: text }),
    image: object({ ref: text, sha: text }),
  },
  ['id'],
)

const refusal = json(object({ id: text, message: text }))
const answers = (status: '200' | '201', schema: object) => ({ [status]: json(schema), '400': refusal, '404': refusal })
/** Lists come in pages, each of their entries with the place where the next page would begin. */
const page = (name: string, schema: object) => list(object({ [name]: schema, cursor: text }, [name, 'cursor']))

const ofService = inPath('serviceId')
const ofDeploy = inPath('serviceId', 'deployId')

export const renderDescription = {
  paths: {
    '/services': {
      get: { parameters: [inQuery('name', list(text))], responses: answers('200', page('service', service)) },
    },
    '/services/{serviceId}': {
      get: { parameters: ofService, responses: answers('200', service) },
      patch: {
        parameters: ofService,
        requestBody: body(object({ autoDeploy: onOff })),
        responses: answers('200', service),
      },
      delete: { parameters: ofService, responses: { '204': {}, '404': refusal } },
    },
    // Of services that run an image.
    '/services/{serviceId}/preview': {
      post: {
        parameters: ofService,
        requestBody: body(object({ imagePath: text, name: text, plan: text }, ['imagePath'])),
        responses: answers('200', object({ service, deployId: text })),
      },
    },
    '/services/{serviceId}/deploys': {
      get: {
        parameters: [...ofService, inQuery('limit', { ...whole, minimum: 1, maximum: 100 })],
        responses: answers('200', page('deploy', deploy)),
      },
      post: {
        parameters: ofService,
        requestBody: body(object({ commitId: text, imageUrl: text })),
        // 202 when it has to wait, and then nothing is said of it.
        responses: { ...answers('201', deploy), '202': {} },
      },
    },
    '/services/{serviceId}/deploys/{deployId}': {
      get: { parameters: ofDeploy, responses: answers('200', deploy) },
    },
    '/services/{serviceId}/deploys/{deployId}/cancel': {
      post: { parameters: ofDeploy, responses: answers('200', deploy) },
    },
    '/services/{serviceId}/env-vars': {
      get: {
        parameters: [...ofService, inQuery('limit', { ...whole, minimum: 1, maximum: 100 }), inQuery('cursor', text)],
        responses: answers('200', page('envVar', object({ key: text, value: text }, ['key', 'value']))),
      },
    },
    '/services/{serviceId}/env-vars/{envVarKey}': {
      put: {
        parameters: inPath('serviceId', 'envVarKey'),
        requestBody: body(object({ value: text }, ['value'])),
        responses: answers('200', object({ key: text, value: text }, ['key', 'value'])),
      },
    },
    '/services/{serviceId}/rollback': {
      post: {
        parameters: ofService,
        requestBody: body(object({ deployId: text }, ['deployId'])),
        responses: answers('201', deploy),
      },
    },
  },
}
