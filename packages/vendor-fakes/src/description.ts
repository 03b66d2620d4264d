import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** An OpenAPI description, as far as a fake reads it. */
export interface ApiDescription {
  paths: Record<string, Record<string, DescribedOperation>>
  components?: { schemas?: Record<string, unknown> }
}

interface DescribedOperation {
  parameters?: { in: string; name: string; required?: boolean; schema?: unknown }[]
  requestBody?: { required?: boolean; content: Record<string, { schema?: unknown }> }
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>
}

export interface SentRequest {
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  /** Parsed when it is JSON, bytes otherwise; undefined when there is none. */
  body: unknown
}

/** One operation of a vendor: `POST /v13/deployments`. */
export interface Operation {
  name: string
  /** What stands in a path in the places of its parameters. */
  params(path: string): Record<string, string>
  /** What in a request is not as described, in sentences. */
  faultsOf(request: SentRequest): string[]
  /** The same of an answer; none where the description leaves answers out. */
  faultsOfAnswer(status: number, body: unknown): string[]
}

export interface Description {
  find(method: string, path: string): Operation | null
  names: string[]
}

export function readDescription(api: ApiDescription): Description {
  const compile = compiler(api)
  const operations = Object.entries(api.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, said]) => describeOperation(method.toUpperCase(), template, said, compile)),
  )
  return {
    // A path without parameters comes before one that could mean it.
    find: (method, path) =>
      operations
        .filter(each => each.method === method && each.matches(path))
        .sort((a, b) => a.variable - b.variable)[0] ?? null,
    names: operations.map(({ name }) => name),
  }
}

type Compile = (schema: unknown, coerce?: boolean) => ValidateFunction

function compiler({ components = {} }: ApiDescription): Compile {
  const strict = new Ajv({ strict: false, allErrors: true })
  const coercing = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array' })
  for (const ajv of [strict, coercing]) {
    formats.default(ajv)
    ajv.addSchema({ $id: 'api', components: asJsonSchema(components) })
  }
  return (schema, coerce = false) => (coerce ? coercing : strict).compile(Object(asJsonSchema(schema)))
}

/**
 * OpenAPI 3.0 says `nullable` where JSON Schema says a type, and refers to its own document. Vendors write `oneOf` for alternatives
 * that overlap.
 */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = schema as Record<string, unknown>
  const read = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key === 'oneOf' ? 'anyOf' : key,
      key === '$ref' && typeof value === 'string' ? `api${value}` : asJsonSchema(value),
    ]),
  )
  return nullable === true ? { anyOf: [read, { type: 'null' }] } : read
}

function describeOperation(method: string, template: string, said: DescribedOperation, compile: Compile) {
  const parts = template.split('/')
  const isVariable = (part: string) => part.startsWith('{')
  const paramsOf = (path: string) => {
    const given = path.split('/')
    return Object.fromEntries(
      parts.flatMap((part, i) => (isVariable(part) ? [[part.slice(1, -1), decodeURIComponent(given[i] ?? '')]] : [])),
    )
  }
  const checks = lazily(() => checksOf(said, compile))
  return {
    name: `${method} ${template}`,
    method,
    variable: parts.filter(isVariable).length,
    params: paramsOf,
    matches(path: string) {
      const given = path.split('/')
      return given.length === parts.length && parts.every((part, i) => isVariable(part) || part === given[i])
    },
    faultsOf: (request: SentRequest) => checks().request(request, paramsOf(request.path)),
    faultsOfAnswer: (status: number, body: unknown) => checks().answer(status, body),
  }
}

/** Schemas are compiled when an operation is first asked for: most tests ask for few. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function checksOf({ parameters = [], requestBody, responses }: DescribedOperation, compile: Compile) {
  const places = (['path', 'query'] as const).map(place => ({
    place,
    check: parametersCheck(parameters, place, compile),
  }))
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => [type, type.includes('json') ? compile(schema ?? {}) : null] as const,
  )
  const answers = Object.entries(responses).map(
    ([status, { content }]) =>
      [status, content?.['application/json']?.schema ? compile(content['application/json'].schema) : null] as const,
  )
  return {
    request(request: SentRequest, params: Record<string, string>): string[] {
      const values = { path: { ...params }, query: { ...request.query } }
      const inPlaces = places.flatMap(({ place, check }) => (check(values[place]) ? [] : faultsIn(check, place)))
      return [...inPlaces, ...bodyFaults(request, bodies, requestBody?.required === true)]
    },
    answer(status: number, body: unknown): string[] {
      const known = answers.find(([each]) => each === String(status))
      if (!known) return status < 400 ? [`answers ${status}, which is not described`] : []
      const check = known[1]
      return check === null || check(body) ? [] : faultsIn(check, `answer ${status}`)
    },
  }
}

function bodyFaults(
  { headers, body }: SentRequest,
  bodies: (readonly [string, ValidateFunction | null])[],
  isRequired: boolean,
): string[] {
  if (body === undefined) return isRequired ? ['expected a body'] : []
  // Clients send `{}` to what takes no body; vendors let it pass.
  if (bodies.length === 0) return isEmpty(body) ? [] : ['takes no body']
  const type = headers['content-type']?.split(';')[0]
  const known = bodies.find(([each]) => each === type)
  if (!known) return [`takes ${bodies.map(([each]) => each).join(' or ')}, not ${type ?? 'a body without a type'}`]
  const check = known[1]
  return check === null || check(body) ? [] : faultsIn(check, 'body')
}

const isEmpty = (body: unknown) =>
  body instanceof Uint8Array ? body.length === 0 : typeof body === 'object' && Object.keys(body ?? {}).length === 0

/** Texts of an address become what the description says they are; one that it does not know is a fault. */
function parametersCheck(
  parameters: NonNullable<DescribedOperation['parameters']>,
  place: string,
  compile: Compile,
): ValidateFunction {
  const own = parameters.filter(each => each.in === place)
  return compile(
    {
      type: 'object',
      properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema ?? {}])),
      required: own.filter(each => each.required === true).map(({ name }) => name),
      additionalProperties: false,
    },
    true,
  )
}

const faultsIn = ({ errors }: ValidateFunction, place: string): string[] =>
  (errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` (${params['additionalProperty']})` : ''
    return `${place}${instancePath}: ${message}${extra}`
  })
