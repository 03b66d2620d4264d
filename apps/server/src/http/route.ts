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

/** The only way to add a route. */
export interface Api {
  get: Declare
  head: Declare
  post: Declare
  put: Declare
  delete: Declare
  options: Declare
  /** Body parsers, hooks and error handlers that are for the routes declared within. */
  scope(install: (api: Api, scope: Scope) => void): void
  /** Called before connections are closed. */
  onClosing(close: () => Promise<void>): void
}

export type Scope = Pick<
  FastifyInstance,
  'addContentTypeParser' | 'removeAllContentTypeParsers' | 'addHook' | 'setErrorHandler'
>

export function apiOf(app: FastifyInstance): Api {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const declare =
    (method: 'get' | 'head' | 'post' | 'put' | 'delete' | 'options'): Declare =>
    (url, { access, ...says }, handler) =>
      void typed[method](url, { ...says, config: { access } }, handler)
  return {
    get: declare('get'),
    head: declare('head'),
    post: declare('post'),
    put: declare('put'),
    delete: declare('delete'),
    options: declare('options'),
    scope: install => void app.register(async scope => install(apiOf(scope), scope)),
    onClosing: close => void app.addHook('preClose', close),
  }
}
