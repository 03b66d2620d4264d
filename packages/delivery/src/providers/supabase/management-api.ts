import * as z from 'zod'
import type { StepContext } from '../step-context.ts'
import { patientFetch } from '../vendor/patient-fetch.ts'
import { type Asked, askVendor, tokenIn, type VendorApi } from '../vendor/vendor-api.ts'
import { VendorError } from '../vendor/vendor-error.ts'

export const managementToken = 'SUPABASE_ACCESS_TOKEN'

const Branches = z.array(z.object({ name: z.string(), project_ref: z.string(), status: z.string() }))
const Details = z.object({ status: z.string(), db_pass: z.string().nullish() })
const Poolers = z.array(
  z.object({
    database_type: z.string().nullish(),
    db_user: z.string(),
    db_host: z.string(),
    db_port: z.number(),
    db_name: z.string(),
    pool_mode: z.string().nullish(),
  }),
)
const Keys = z.array(
  z.object({ name: z.string().nullish(), type: z.string().nullish(), api_key: z.string().nullish() }),
)

export interface Branch {
  /** It is a project of its own, and this is its id. */
  ref: string
  status: string
}

/** What Gantry does with branches at Supabase. All throw VendorError. */
export interface ManagementApi {
  /** Null where there is none of that name. */
  branch(parent: string, name: string): Promise<Branch | null>
  make(parent: string, name: string): Promise<void>
  /** Whether its database takes connections. */
  isUp(ref: string): Promise<boolean>
  /** By the pooler, in session mode: the direct address has no IPv4, and runners of GitHub have no IPv6. */
  database(ref: string): Promise<string>
  /** By the names that Supabase's own guides give them. */
  keys(ref: string): Promise<Record<string, string>>
  /** Done where it is gone already. */
  remove(ref: string): Promise<void>
}

type World = Pick<StepContext, 'env' | 'fetch' | 'now' | 'sleep' | 'signal' | 'log'>

const textIn = (body: unknown, field: string): string | null => {
  const value = Object(body)[field]
  return typeof value === 'string' ? value : null
}

const supabaseVendor = (context: World): VendorApi => ({
  vendor: 'Supabase',
  tokenEnv: managementToken,
  token: tokenIn(context.env, managementToken, 'Supabase'),
  base: context.env['SUPABASE_API_URL'] || 'https://api.supabase.com/v1',
  requestIdHeaders: ['x-request-id', 'sb-request-id', 'cf-ray'],
  // What is deleted is gone.
  send: patientFetch(context, { mayRepeat: ({ method }) => method !== 'POST' }),
  now: context.now,
  readError: body => ({ code: null, message: textIn(body, 'message') }),
})

export function openManagement(context: World): ManagementApi {
  const api = supabaseVendor(context)
  const ask = async <T>(schema: z.ZodType<T>, asked: Asked): Promise<T> =>
    schema.parse((await askVendor(api, asked)).body)
  const details = (ref: string) =>
    ask(Details, { method: 'GET', path: `/branches/${encodeURIComponent(ref)}`, act: 'show the branch' })
  const pathOf = (project: string, part: string) => `/projects/${encodeURIComponent(project)}/${part}`
  return {
    async branch(parent, name) {
      const all = await ask(Branches, { method: 'GET', path: pathOf(parent, 'branches'), act: 'list the branches' })
      const found = all.find(each => each.name === name)
      return found ? { ref: found.project_ref, status: found.status } : null
    },
    async make(parent, name) {
      const body = { branch_name: name }
      await askVendor(api, { method: 'POST', path: pathOf(parent, 'branches'), body, act: `make the branch ${name}` })
    },
    isUp: async ref => (await details(ref)).status === 'ACTIVE_HEALTHY',
    async database(ref) {
      const path = pathOf(ref, 'config/database/pooler')
      const poolers = await ask(Poolers, { method: 'GET', path, act: 'show the pooler of the branch' })
      const pooler = poolers.find(each => each.database_type === 'PRIMARY') ?? poolers[0]
      const { db_pass: password } = await details(ref)
      const why = pooler ? 'the token may not see its password' : 'it has no pooler'
      if (!pooler || !password) throw notTold(why)
      const url = new URL('postgresql://host')
      Object.assign(url, { username: pooler.db_user, password: encodeURIComponent(password), hostname: pooler.db_host })
      Object.assign(url, { port: String(pooler.pool_mode === 'session' ? pooler.db_port : 5432) })
      url.pathname = `/${pooler.db_name}`
      return url.href
    },
    async keys(ref) {
      const asked: Asked = {
        method: 'GET',
        path: pathOf(ref, 'api-keys'),
        query: { reveal: true },
        act: 'show its keys',
      }
      const all = await ask(Keys, asked)
      const named = all.flatMap(({ name, type, api_key: key }) => {
        const variable = variables[name ?? ''] ?? variables[type ?? '']
        return variable !== undefined && key ? [[variable, key] as const] : []
      })
      return Object.fromEntries(named)
    },
    async remove(ref) {
      try {
        await askVendor(api, {
          method: 'DELETE',
          path: `/branches/${encodeURIComponent(ref)}`,
          act: 'delete the branch',
        })
      } catch (cause) {
        if (!(cause instanceof VendorError) || cause.fault.status !== 404) throw cause
      }
    },
  }
}

/** By the name of a legacy key, else by its type. */
const variables: Readonly<Record<string, string>> = {
  anon: 'SUPABASE_ANON_KEY',
  service_role: 'SUPABASE_SERVICE_ROLE_KEY',
  publishable: 'SUPABASE_PUBLISHABLE_KEY',
  secret: 'SUPABASE_SECRET_KEY',
}

const notTold = (message: string) =>
  new VendorError({
    ...{ vendor: 'Supabase', act: 'say where the branch is', status: null, code: null, requestId: null, message },
    ...{ done: 'no', againAfterMs: null, hint: `make ${managementToken} with all rights of the project` },
  })
