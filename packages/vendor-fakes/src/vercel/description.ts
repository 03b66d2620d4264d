import { body, flag, inPath, inQuery, list, object, text, texts, whole, word } from '../schema.ts'

/**
 * The calls of Vercel's API that Gantry makes, with the fields it sends, as Vercel's OpenAPI description of 2025-10-27 (repository
 * vercel/sdk) has them, and those that Vercel's own command makes in its nightly test. What that description leaves out is marked: "SDK"
 * is in @vercel/sdk 1.28, "CLI" is what `vercel` 64.0.2 was seen to send. No body takes a field beyond these: Vercel refuses what it
 * does not know in a new deployment and in a change of a project. Answers are left out: @vercel/sdk judges them.
 */
const yes = word('0', '1')

/** Whose it is, by id or by name; the account of the token where neither is said. */
const inTeam = [inQuery('teamId', text), inQuery('slug', text)]
const done = { '200': {} }

const file = object(
  {
    file: text,
    sha: text,
    size: whole,
    // CLI: by which a link is one.
    mode: whole,
  },
  ['file'],
)

const deployment = object(
  {
    name: text,
    project: text,
    target: text,
    files: list(file),
    meta: { type: 'object', additionalProperties: { ...text, maxLength: 65_536 }, maxProperties: 100 },
    projectSettings: object({ sourceFilesOutsideRootDirectory: flag }),
    gitMetadata: object({ commitSha: text, commitMessage: text, commitAuthorName: text }),
    // CLI, for --skip-domain.
    autoAssignCustomDomains: flag,
    // CLI, each time.
    env: texts,
    build: object({ env: texts }),
    source: text,
    version: whole,
  },
  ['name'],
)

const listing = {
  parameters: [
    inQuery('projectId', text),
    inQuery('limit', { type: 'number' }),
    inQuery('until', { type: 'number' }),
    ...inTeam,
  ],
  responses: done,
}
const rollback = [...inPath('projectId', 'deploymentId'), ...inTeam]

export const vercelDescription = {
  paths: {
    '/v2/files': {
      post: {
        parameters: inTeam,
        // A file may be empty.
        requestBody: { required: false, content: { 'application/octet-stream': {} } },
        responses: done,
      },
    },
    '/v13/deployments': {
      post: {
        parameters: [
          inQuery('forceNew', yes),
          inQuery('skipAutoDetectionConfirmation', yes),
          // CLI.
          inQuery('prebuilt', yes),
          ...inTeam,
        ],
        requestBody: body(deployment),
        responses: done,
      },
    },
    '/v13/deployments/{idOrUrl}': {
      get: { parameters: [...inPath('idOrUrl'), ...inTeam], responses: done },
    },
    '/v13/deployments/{id}': {
      delete: { parameters: [...inPath('id'), ...inTeam], responses: done },
    },
    // SDK; the description has /v6.
    '/v7/deployments': { get: listing },
    '/v12/deployments/{id}/cancel': {
      patch: { parameters: [...inPath('id'), ...inTeam], responses: done },
    },
    '/v2/deployments/{id}/aliases': {
      post: {
        parameters: [...inPath('id'), ...inTeam],
        requestBody: body(object({ alias: text })),
        responses: done,
      },
    },
    '/v4/aliases/{idOrAlias}': {
      get: { parameters: [...inPath('idOrAlias'), ...inTeam], responses: done },
    },
    '/v9/projects/{idOrName}': {
      // CLI: rollbackInfo.
      get: { parameters: [...inPath('idOrName'), inQuery('rollbackInfo', flag), ...inTeam], responses: done },
      patch: {
        parameters: [...inPath('idOrName'), ...inTeam],
        requestBody: body(object({ autoAssignCustomDomains: flag })),
        responses: done,
      },
    },
    '/v9/projects/{idOrName}/domains': {
      get: {
        parameters: [
          ...inPath('idOrName'),
          inQuery('production', flag),
          inQuery('redirects', flag),
          inQuery('order', text),
          ...inTeam,
        ],
        responses: done,
      },
    },
    // SDK.
    '/v10/projects/{idOrName}/env': { get: { parameters: [...inPath('idOrName'), ...inTeam], responses: done } },
    '/v10/projects/{projectId}/promote/{deploymentId}': {
      post: {
        parameters: [...inPath('projectId', 'deploymentId'), ...inTeam],
        // 202 when it waits behind a rolling release.
        responses: { '201': {}, '202': {} },
      },
    },
    '/v1/projects/{projectId}/promote/aliases': {
      get: {
        parameters: [
          ...inPath('projectId'),
          inQuery('failedOnly', flag),
          inQuery('limit', { type: 'number', maximum: 100 }),
          ...inTeam,
        ],
        responses: done,
      },
    },
    // SDK.
    '/v1/projects/{projectId}/rollback/{deploymentId}': {
      post: { parameters: [...rollback, inQuery('description', text)], responses: { '201': {} } },
    },
    // CLI, where the SDK has /v1.
    '/v9/projects/{projectId}/rollback/{deploymentId}': {
      post: { parameters: rollback, responses: { '201': {} } },
    },
    // CLI: who it is, and where. It follows a build by its lines.
    '/v2/user': { get: { responses: done } },
    '/teams/{teamId}': { get: { parameters: [...inPath('teamId'), inQuery('teamId', text)], responses: done } },
    '/v3/now/deployments/{idOrUrl}/events': {
      get: {
        parameters: [
          ...inPath('idOrUrl'),
          inQuery('direction', word('forward', 'backward')),
          inQuery('follow', yes),
          inQuery('format', word('lines')),
          inQuery('teamId', text),
        ],
        responses: done,
      },
    },
  },
}
