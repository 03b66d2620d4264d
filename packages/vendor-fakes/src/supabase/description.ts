import { body, flag, inPath, inQuery, json, list, object, text, whole, word } from '../schema.ts'

/**
 * The calls of Supabase's Management API that Gantry makes, with the fields it sends and reads, as the public OpenAPI description has
 * them (as it was in 2026).
 */
const moment = { type: 'string', format: 'date-time' }
const branch = object(
  {
    id: text,
    name: text,
    project_ref: text,
    parent_project_ref: text,
    is_default: flag,
    persistent: flag,
    status: word(
      ...['CREATING_PROJECT', 'RUNNING_MIGRATIONS', 'MIGRATIONS_PASSED', 'MIGRATIONS_FAILED'],
      ...['FUNCTIONS_DEPLOYED', 'FUNCTIONS_FAILED'],
    ),
    created_at: moment,
    updated_at: moment,
    with_data: flag,
  },
  ['id', 'name', 'project_ref', 'parent_project_ref', 'is_default', 'persistent', 'status', 'created_at', 'updated_at'],
)
const details = object(
  {
    ref: text,
    postgres_version: text,
    postgres_engine: text,
    release_channel: text,
    status: word('ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY', 'COMING_UP', 'GOING_DOWN', 'INIT_FAILED', 'UNKNOWN'),
    db_host: text,
    db_port: whole,
    // Left out for tokens that may not see them.
    db_user: text,
    db_pass: text,
    jwt_secret: text,
  },
  ['ref', 'postgres_version', 'postgres_engine', 'release_channel', 'status', 'db_host', 'db_port'],
)
const pooler = object(
  {
    identifier: text,
    database_type: word('PRIMARY', 'READ_REPLICA'),
    db_user: text,
    db_host: text,
    db_port: whole,
    db_name: text,
    pool_mode: word('transaction', 'session'),
  },
  ['identifier', 'database_type', 'db_user', 'db_host', 'db_port', 'db_name', 'pool_mode'],
)
const key = object({ name: text, type: word('legacy', 'publishable', 'secret'), api_key: text }, ['name'])

const refusal = json(object({ message: text }))
const answers = (status: '200' | '201', schema: object) => ({
  [status]: json(schema),
  ...{ '400': refusal, '401': refusal, '403': refusal, '404': refusal, '422': refusal },
})
const ofBranch = inPath('branch_id_or_ref')

export const supabaseDescription = {
  paths: {
    '/projects/{ref}/branches': {
      get: { parameters: inPath('ref'), responses: answers('200', list(branch)) },
      post: {
        parameters: inPath('ref'),
        requestBody: body(
          object({ branch_name: text, git_branch: text, persistent: flag, region: text, with_data: flag }, [
            'branch_name',
          ]),
        ),
        responses: answers('201', branch),
      },
    },
    '/branches/{branch_id_or_ref}': {
      get: { parameters: ofBranch, responses: answers('200', details) },
      delete: { parameters: ofBranch, responses: answers('200', object({ message: text })) },
    },
    '/projects/{ref}/config/database/pooler': {
      get: { parameters: inPath('ref'), responses: answers('200', list(pooler)) },
    },
    '/projects/{ref}/api-keys': {
      get: { parameters: [...inPath('ref'), inQuery('reveal', flag)], responses: answers('200', list(key)) },
    },
  },
}
