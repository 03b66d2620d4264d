import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchema,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import type { RouteAccess } from '../access/route-access.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
}

/** What a route says of itself. Who may call it comes first: without `access` it does not compile. */
export interface RouteSays<Schema extends FastifySchema> {
  access: RouteAccess
  schema: Schema
  bodyLimit?: number
}

type Handler<Schema extends FastifySchema> = RouteHandlerMethod<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  RouteGenericInterface,
  ContextConfigDefault,
  Schema,
  ZodTypeProvider,
  FastifyBaseLogger
>

type Declare = <const Schema extends FastifySchema>(
  url: string,
  says: RouteSays<Schema>,
  handler: Handler<Schema>,
) => void

interface Declares {
  get: Declare
  head: Declare
  post: Declare
  put: Declare
  delete: Declare
  options: Declare
}

/** The only way to add a route. */
export interface Api extends Declares {
  /** Routes of one project: below `/api/v1/projects/:project`, which is said once, here. */
  ofProject: Api
  /** Body parsers, hooks and error handlers that are for the routes declared within. */
  scope(install: (api: Api, scope: Scope) => void): void
  /** Called before connections are closed. */
  onClosing(close: () => Promise<void>): void
}

export type Scope = Pick<
  FastifyInstance,
  'addContentTypeParser' | 'removeAllContentTypeParsers' | 'addHook' | 'setErrorHandler'
>

export const apiOf = (app: FastifyInstance): Api => apiBelow(app, '')

const projectPath = '/api/v1/projects/:project'
const projectParam = z.string().describe('key of the project')

function apiBelow(app: FastifyInstance, prefix: '' | typeof projectPath): Api {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const declare =
    (method: keyof Declares): Declare =>
    (url, { access, schema, ...says }, handler) =>
      void typed[method](
        `${prefix}${url}`,
        {
          ...says,
          schema: prefix === '' ? schema : ofProject(schema),
          config: { access },
        },
        handler,
      )
  return {
    get: declare('get'),
    head: declare('head'),
    post: declare('post'),
    put: declare('put'),
    delete: declare('delete'),
    options: declare('options'),
    get ofProject() {
      return apiBelow(app, projectPath)
    },
    scope: install => void app.register(async scope => install(apiBelow(scope, prefix), scope)),
    onClosing: close => void app.addHook('preClose', close),
  }
}

/** Validation keeps the parameters a schema names, and these routes all have that of their project. */
function ofProject<Schema extends FastifySchema>(schema: Schema): Schema {
  const own = schema.params instanceof z.ZodObject ? schema.params.shape : {}
  return { ...schema, params: z.object({ project: projectParam, ...own }) }
}
