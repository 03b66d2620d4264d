import type { VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { vercelDescription } from './description.ts'
import { errorBody, vercelActs } from './vercel-acts.ts'
import { type FakeProject, findDeployment, freshState, type VercelState } from './vercel-state.ts'

export interface VercelFake extends VendorFake {
  state: VercelState
  /** A project of the account, without any deployment. */
  addProject(
    name: string,
    said?: Partial<Pick<FakeProject, 'domains' | 'autoAssignCustomDomains' | 'stuckDomains'>>,
  ): FakeProject
  /** Everything as it was at first. */
  reset(): void
}

/** Vercel's API on a port of this machine: projects, files, deployments, promotions, and the sites that are deployed. */
export async function openVercelFake({ now = Date.now }: { now?(): number } = {}): Promise<VercelFake> {
  const state = freshState(now)
  const acts = Object.fromEntries(
    Object.entries(vercelActs).map(([name, act]) => [
      name,
      (request: Parameters<typeof act>[1]) => act(state, request),
    ]),
  )
  const fake = await openVendorFake({
    description: vercelDescription,
    base: '',
    host: 'api.vercel.com',
    refusal: {
      status: 403,
      body: {
        error: { code: 'forbidden', message: 'The request is missing an authentication token', invalidToken: true },
      },
    },
    errorBody,
    requestIdHeader: 'x-vercel-id',
    acts,
    site(host, _path, headers) {
      const id = state.aliases.get(host)
      const deployment = id === undefined ? findDeployment(state, host) : state.deployments.get(id)
      if (deployment?.readyState !== 'READY') return null
      const isOpen =
        id !== undefined || !state.isProtected || headers['x-vercel-protection-bypass'] === state.bypassSecret
      if (!isOpen) return { status: 401, body: 'Authentication Required' }
      const release = deployment.meta['gantryRelease'] ?? deployment.id
      return { status: state.ill.has(release) ? 500 : 200, body: release }
    },
  })
  return Object.assign(fake, {
    state,
    addProject(name: string, said = {}) {
      const project: FakeProject = {
        id: `prj_${name}`,
        name,
        accountId: 'team_fake',
        autoAssignCustomDomains: true,
        domains: [`${name}.example.com`],
        production: null,
        lastAliasRequest: null,
        stuckDomains: [],
        variables: [],
        ...said,
      }
      state.projects.set(project.id, project)
      return project
    },
    reset() {
      Object.assign(state, freshState(now))
      fake.forget()
    },
  })
}
