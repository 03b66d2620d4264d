import { inPath, inQuery, json, list, object, text, whole, word } from '../schema.ts'

/**
 * The calls of Sentry's API that Gantry makes, with the fields it reads, as https://docs.sentry.io/api/ has them. It answers more fields than
 * these. Two are in no description: the JSON of an event, which its pages link to, and the comments of an issue.
 */
const moment = { type: 'string', format: 'date-time' }
const nothing = { type: 'null' }
const orNull = (schema: object) => ({ anyOf: [schema, nothing] })
/** With these fields and whatever else. */
const atLeast = (properties: object, required: string[]) => ({ type: 'object', properties, required })
const event = object({ id: text, eventID: text, groupID: text, title: text, dateCreated: moment }, [
  'eventID',
  'groupID',
])
const rule = object({
  ...{ id: text, name: text, status: word('active', 'disabled') },
  environment: orNull(text),
  lastTriggered: orNull(moment),
})
const project = atLeast({ id: text, slug: text, name: text }, ['id', 'slug'])
const user = orNull(atLeast({ name: text, email: text }, ['name']))
const issue = atLeast(
  {
    ...{ id: text, shortId: text, title: text, culprit: orNull(text), permalink: text, level: text },
    ...{ status: text, substatus: orNull(text), statusDetails: { type: 'object' }, count: text, userCount: whole },
    ...{ numComments: whole, firstSeen: moment, lastSeen: moment, assignedTo: user },
  },
  ['id', 'title', 'status', 'count', 'firstSeen', 'lastSeen'],
)
const activity = atLeast({ id: text, type: text, dateCreated: moment, user, data: { type: 'object' } }, ['type'])
const eventDetails = atLeast({ eventID: text, dateCreated: moment, entries: list({ type: 'object' }) }, ['eventID'])
const release = atLeast(
  {
    ...{ version: text, ref: orNull(text), url: orNull(text), dateCreated: moment, dateReleased: orNull(moment) },
    ...{ commitCount: whole, deployCount: whole, projects: list(atLeast({ slug: text }, ['slug'])) },
  },
  ['version', 'dateCreated'],
)
const commit = atLeast({ id: text, message: orNull(text), dateCreated: moment }, ['id'])
const deploy = atLeast({ id: text, environment: text, name: orNull(text), url: orNull(text) }, ['environment'])
const refusal = json(object({ detail: text }))
const ofProject = inPath('organization', 'project')
const ofOrg = inPath('organization')
const cursor = inQuery('cursor', text)
const answers = (schema: object) => ({
  '200': json(schema),
  ...{ '400': refusal, '401': refusal, '403': refusal, '404': refusal, '422': refusal, '429': refusal },
})
const asked = (schema: object, ...parameters: { in: string; name: string; schema: object }[]) => ({
  get: { parameters, responses: answers(schema) },
})
const sorted = inQuery('sort', word('date', 'new', 'freq', 'user', '-first_seen', '-last_seen'))

export const sentryDescription = {
  paths: {
    '/organizations/{organization}/projects/': asked(list(project), ...ofOrg, cursor),
    '/projects/{organization}/{project}/events/': asked(
      list(event),
      ...ofProject,
      inQuery('full', word('true', 'false')),
      cursor,
    ),
    '/projects/{organization}/{project}/rules/': asked(
      list(rule),
      ...ofProject,
      inQuery('expand', word('lastTriggered')),
    ),
    '/projects/{organization}/{project}/issues/': asked(
      list(issue),
      ...ofProject,
      ...[inQuery('query', text), inQuery('limit', whole), sorted, cursor],
    ),
    '/projects/{organization}/{project}/events/{event}/json/': asked(
      atLeast({ event_id: text }, ['event_id']),
      ...inPath('organization', 'project', 'event'),
    ),
    '/organizations/{organization}/issues/{issue}/': asked(
      atLeast({ activity: list(activity) }, ['id']),
      ...inPath('organization', 'issue'),
    ),
    '/organizations/{organization}/issues/{issue}/events/{event}/': asked(
      eventDetails,
      ...inPath('organization', 'issue', 'event'),
    ),
    '/organizations/{organization}/issues/{issue}/comments/': asked(list(activity), ...inPath('organization', 'issue')),
    '/issues/{issue}/': asked(atLeast({}, ['id']), ...inPath('issue')),
    '/issues/{issue}/events/{event}/': asked(eventDetails, ...inPath('issue', 'event')),
    '/issues/{issue}/comments/': asked(list(activity), ...inPath('issue')),
    '/organizations/{organization}/releases/': asked(list(release), ...ofOrg, inQuery('per_page', whole), cursor),
    '/organizations/{organization}/releases/{version}/commits/': asked(
      list(commit),
      ...inPath('organization', 'version'),
    ),
    '/organizations/{organization}/releases/{version}/deploys/': asked(
      list(deploy),
      ...inPath('organization', 'version'),
    ),
  },
}
