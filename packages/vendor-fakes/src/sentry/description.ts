import { inPath, inQuery, json, list, object, text, word } from '../schema.ts'

/**
 * The calls of Sentry's API that Gantry makes, with the fields it reads, as https://docs.sentry.io/api/ has them. It answers more fields than
 * these.
 */
const moment = { type: 'string', format: 'date-time' }
const nothing = { type: 'null' }
const event = object({ id: text, eventID: text, groupID: text, title: text, dateCreated: moment }, [
  'eventID',
  'groupID',
])
const rule = object({
  ...{ id: text, name: text, status: word('active', 'disabled') },
  environment: { anyOf: [text, nothing] },
  lastTriggered: { anyOf: [moment, nothing] },
})
const refusal = json(object({ detail: text }))
const ofProject = inPath('organization', 'project')
const answers = (schema: object) => ({
  '200': json(schema),
  '401': refusal,
  '403': refusal,
  '404': refusal,
  '429': refusal,
})

export const sentryDescription = {
  paths: {
    '/projects/{organization}/{project}/events/': {
      get: {
        parameters: [...ofProject, inQuery('full', word('true', 'false')), inQuery('cursor', text)],
        responses: answers(list(event)),
      },
    },
    '/projects/{organization}/{project}/rules/': {
      get: { parameters: [...ofProject, inQuery('expand', word('lastTriggered'))], responses: answers(list(rule)) },
    },
  },
}
