import * as z from 'zod'
import type { StepContext } from '../step-context.ts'
import { patientFetch } from '../vendor/patient-fetch.ts'
import { type Asked, askVendor, tokenIn, type VendorApi } from '../vendor/vendor-api.ts'
import { VendorError } from '../vendor/vendor-error.ts'

/** Statuses of a deploy that is still under way. https://api-docs.render.com/reference/retrieve-deploy */
const underWay = ['created', 'queued', 'build_in_progress', 'pre_deploy_in_progress', 'update_in_progress']

export const Deploy = z.object({
  id: z.string(),
  status: z.string().default('created'),
  trigger: z.string().nullish(),
  createdAt: z.string().nullish(),
  commit: z.object({ id: z.string().nullish() }).nullish(),
  image: z.object({ ref: z.string().nullish(), sha: z.string().nullish() }).nullish(),
})
export type Deploy = z.output<typeof Deploy>

const Service = z.object({
  id: z.string(),
  name: z.string(),
  autoDeploy: z.enum(['yes', 'no']).catch('no'),
  suspended: z.string().nullish(),
  imagePath: z.string().nullish(),
  dashboardUrl: z.string().nullish(),
  serviceDetails: z.object({ url: z.string().nullish() }).nullish(),
})
export type Service = z.output<typeof Service>

const Previewed = z.object({ service: Service, deployId: z.string().nullish() })
const envPage = 100
const EnvPage = z.array(
  z.object({ envVar: z.object({ key: z.string(), value: z.string().default('') }), cursor: z.string().optional() }),
)

/** What is deployed: a commit that Render builds, or an image. */
export type Wanted = { commitId: string } | { imageUrl: string }

/** What Gantry does at Render. All throw VendorError. */
export interface RenderApi {
  /** By id or name. */
  service(idOrName: string): Promise<Service>
  setAutoDeploy(serviceId: string, isOn: boolean): Promise<void>
  /** Null when Render put it into its queue, and says no id. */
  deploy(serviceId: string, wanted: Wanted): Promise<Deploy | null>
  read(serviceId: string, deployId: string): Promise<Deploy>
  /** The newest first. */
  newest(serviceId: string): Promise<Deploy[]>
  cancel(serviceId: string, deployId: string): Promise<void>
  rollBack(serviceId: string, deployId: string): Promise<Deploy>
  /** Variables of the service itself, with their values; those of environment groups are not among them. */
  env(serviceId: string): Promise<Record<string, string>>
  /** Reaches the service with its next deploy. */
  setEnv(serviceId: string, name: string, value: string): Promise<void>
  /** A service beside another one, with its settings and an image of its own. */
  preview(
    serviceId: string,
    wanted: { imagePath: string; name: string },
  ): Promise<{ serviceId: string; deployId: string | null }>
  /** By its name; null where there is none. */
  named(name: string): Promise<Service | null>
  /** Done where it is gone already. */
  remove(serviceId: string): Promise<void>
}

type World = Pick<StepContext, 'env' | 'fetch' | 'now' | 'sleep' | 'signal' | 'log'>

export const renderVendor = (context: World): VendorApi => ({
  vendor: 'Render',
  tokenEnv: 'RENDER_API_KEY',
  token: tokenIn(context.env, 'RENDER_API_KEY', 'Render'),
  base: context.env['RENDER_API_URL'] || 'https://api.render.com/v1',
  requestIdHeaders: ['x-request-id', 'rndr-id', 'cf-ray'],
  // A setting is what it was set to.
  send: patientFetch(context, { mayRepeat: ({ method }) => method !== 'POST' }),
  now: context.now,
  readError: body => ({ code: textIn(body, 'id'), message: textIn(body, 'message') }),
})

export function openRender(context: World): RenderApi {
  const api = renderVendor(context)
  const ask = async <T>(schema: z.ZodType<T>, asked: Asked): Promise<T> =>
    schema.parse((await askVendor(api, asked)).body)
  const at = (serviceId: string, rest = '') => `/services/${encodeURIComponent(serviceId)}${rest}`
  return {
    async service(idOrName) {
      const act = `show the service ${idOrName}`
      if (idOrName.startsWith('srv-')) return ask(Service, { method: 'GET', path: at(idOrName), act })
      const [only, second] = await servicesNamed(api, idOrName)
      if (only && !second) return only
      throw new VendorError({
        ...{ vendor: 'Render', act, status: null, code: null, requestId: null, done: 'no', againAfterMs: null },
        message: `there is ${second ? 'more than one' : 'no service'} "${idOrName}" that RENDER_API_KEY sees`,
        hint: 'see the names at dashboard.render.com, or say the id (srv-…)',
      })
    },
    async setAutoDeploy(serviceId, isOn) {
      const act = `switch automatic deploys ${isOn ? 'on' : 'off'}`
      await ask(Service, { method: 'PATCH', path: at(serviceId), body: { autoDeploy: isOn ? 'yes' : 'no' }, act })
    },
    async deploy(serviceId, wanted) {
      const act = 'start the deploy'
      const answer = await askVendor(api, { method: 'POST', path: at(serviceId, '/deploys'), body: wanted, act })
      return answer.body === null ? null : Deploy.parse(answer.body)
    },
    read: (serviceId, deployId) =>
      ask(Deploy, { method: 'GET', path: at(serviceId, `/deploys/${deployId}`), act: `show the deploy ${deployId}` }),
    newest: async serviceId =>
      (
        await ask(z.array(z.object({ deploy: Deploy })), {
          ...{ method: 'GET', path: at(serviceId, '/deploys'), query: { limit: 100 }, act: 'list the deploys' },
        })
      ).map(({ deploy }) => deploy),
    async cancel(serviceId, deployId) {
      await askVendor(api, {
        method: 'POST',
        path: at(serviceId, `/deploys/${deployId}/cancel`),
        act: 'cancel the deploy',
      })
    },
    async env(serviceId) {
      const found: Record<string, string> = {}
      let cursor: string | undefined
      for (;;) {
        const query = { limit: envPage, cursor }
        const act = 'list the variables'
        const page = await ask(EnvPage, { method: 'GET', path: at(serviceId, '/env-vars'), query, act })
        for (const { envVar } of page) found[envVar.key] = envVar.value
        cursor = page.at(-1)?.cursor
        if (page.length < envPage || cursor === undefined) return found
      }
    },
    rollBack: (serviceId, deployId) =>
      ask(Deploy, { method: 'POST', path: at(serviceId, '/rollback'), body: { deployId }, act: 'roll back' }),
    named: async name => (await servicesNamed(api, name))[0] ?? null,
    ...previewCalls(api),
  }
}

const pathOf = (serviceId: string): string => `/services/${encodeURIComponent(serviceId)}`

async function servicesNamed(api: VendorApi, name: string): Promise<Service[]> {
  const asked: Asked = { method: 'GET', path: '/services', query: { name }, act: `show the service ${name}` }
  const found = z.array(z.object({ service: Service })).parse((await askVendor(api, asked)).body)
  return found.map(each => each.service).filter(each => each.name === name)
}

/** Services of pull requests, which are made beside another one. */
const previewCalls = (api: VendorApi): Pick<RenderApi, 'preview' | 'remove' | 'setEnv'> => ({
  async preview(serviceId, wanted) {
    const asked: Asked = { method: 'POST', path: `${pathOf(serviceId)}/preview`, body: wanted, act: 'make the preview' }
    const { service, deployId } = Previewed.parse((await askVendor(api, asked)).body)
    return { serviceId: service.id, deployId: deployId ?? null }
  },
  async setEnv(serviceId, name, value) {
    const path = `${pathOf(serviceId)}/env-vars/${encodeURIComponent(name)}`
    await askVendor(api, { method: 'PUT', path, body: { value }, act: `set ${name}` })
  },
  async remove(serviceId) {
    try {
      await askVendor(api, { method: 'DELETE', path: pathOf(serviceId), act: 'delete the preview' })
    } catch (cause) {
      if (!(cause instanceof VendorError) || (cause.fault.status !== 404 && cause.fault.status !== 410)) throw cause
    }
  },
})

export const isUnderWay = ({ status }: Deploy): boolean => underWay.includes(status)

const textIn = (body: unknown, field: string): string | null => {
  const text = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : null
  return typeof text === 'string' && text !== '' ? text : null
}
