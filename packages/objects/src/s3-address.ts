import { GantryError } from '@gantry/core'

/** Where a bucket is and who asks. */
export interface S3Address {
  /** With the bucket as the first part of its path, which every S3 API takes. */
  endpoint: string
  region: string
  /** Before each key; empty, or ends with a slash. */
  prefix: string
  accessKeyId: string
  secretAccessKey: string
}

const form = 's3://<bucket>, s3://<bucket>/<folder>, or with ?endpoint=https://<host>&region=<region> behind it'

/**
 * Reads `GANTRY_OBJECTS`. What the address does not say comes from the names that every AWS tool reads.
 *
 * @example s3Address('s3://gantry/team-a?endpoint=https://minio.example.com', process.env)
 * @throws GantryError BAD_REQUEST
 */
export function s3Address(text: string, env: Record<string, string | undefined>): S3Address {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 's3:' || !/^[a-z0-9][a-z0-9.-]{1,62}$/.test(url.hostname))
    throw new GantryError('BAD_REQUEST', `GANTRY_OBJECTS: expected ${form}, got "${withoutPassword(text)}"`)
  const unknown = [...url.searchParams.keys()].find(name => name !== 'endpoint' && name !== 'region')
  if (unknown !== undefined || url.username !== '' || url.hash !== '')
    throw new GantryError('BAD_REQUEST', `GANTRY_OBJECTS: expected ${form}; credentials are not part of it`)
  const region = url.searchParams.get('region') || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1'
  const server =
    url.searchParams.get('endpoint') ||
    env['AWS_ENDPOINT_URL_S3'] ||
    env['AWS_ENDPOINT_URL'] ||
    `https://s3.${region}.amazonaws.com`
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new GantryError('BAD_REQUEST', `GANTRY_OBJECTS: expected an endpoint such as https://<host>, got "${server}"`)
  const folder = url.pathname.replace(/^\/+|\/+$/g, '')
  return {
    endpoint: new URL(`${new URL(server).pathname.replace(/\/+$/, '')}/${url.hostname}`, server).href,
    region,
    prefix: folder === '' ? '' : `${folder}/`,
    accessKeyId: requiredOf(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: requiredOf(env, 'AWS_SECRET_ACCESS_KEY'),
  }
}

function requiredOf(env: Record<string, string | undefined>, name: string): string {
  const value = env[name]
  if (value) return value
  throw new GantryError('BAD_REQUEST', `GANTRY_OBJECTS needs ${name} in the environment of the server, it is not there`)
}

const withoutPassword = (text: string) => text.replace(/\/\/[^/@]*@/, '//…@')
