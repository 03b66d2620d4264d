import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { renderDescription } from './description.ts'
import { errorBody, renderActs } from './render-acts.ts'
import { type FakeService, freshState, type RenderState } from './render-state.ts'

export interface RenderFake extends VendorFake {
  state: RenderState
  addService(
    name: string,
    said?: Partial<Pick<FakeService, 'autoDeploy' | 'imagePath' | 'isSuspended' | 'env'>>,
  ): FakeService
  /** Everything as it was at first. */
  reset(): void
}

/** Render's API on a port of this machine: services, their deploys, rollbacks, and the sites that are deployed. */
export async function openRenderFake({ now = Date.now }: { now?(): number } = {}): Promise<RenderFake> {
  const state = freshState(now)
  const acts: Record<string, (request: FakeRequest) => FakeAnswer> = Object.fromEntries(
    Object.entries(renderActs).map(([name, act]) => [name, (request: FakeRequest) => act(state, request)]),
  )
  const fake = await openVendorFake({
    description: renderDescription,
    base: '/v1',
    host: 'api.render.com',
    refusal: { status: 401, body: { id: 'fake', message: 'Unauthorized' } },
    errorBody,
    requestIdHeader: 'x-request-id',
    acts,
    site(host) {
      const service = [...state.services.values()].find(({ name }) => `${name}.onrender.com` === host)
      const live = service?.deploys.find(({ status }) => status === 'live')
      const release = live?.commit ?? live?.image
      return release ? { status: state.ill.has(release) ? 500 : 200, body: release } : null
    },
  })
  return Object.assign(fake, {
    state,
    addService(name: string, said = {}) {
      const service: FakeService = {
        id: `srv-${name}`,
        name,
        autoDeploy: 'yes',
        imagePath: null,
        isSuspended: false,
        env: {},
        deploys: [],
        ...said,
      }
      state.services.set(service.id, service)
      return service
    },
    reset() {
      Object.assign(state, freshState(now))
      fake.forget()
    },
  })
}
