import type { FakeAnswer, FakeRequest, VendorFake } from '../fake.ts'
import { openVendorFake } from '../vendor-fake.ts'
import { supabaseDescription } from './description.ts'

interface FakeBranch {
  name: string
  ref: string
  /** What it goes through; it moves on by one each time somebody asks. */
  ahead: string[]
  status: string
}

export interface SupabaseFake extends VendorFake {
  /** The one project there is, and whether its plan has branches. */
  project: string
  hasBranching: boolean
  branches: FakeBranch[]
  /** What the next branches go through. */
  coming: string[]
  reset(): void
}

/** The Postgres that branches are databases of. */
export interface FakeDatabases {
  host: string
  port: number
  user: string
  password: string
  make(name: string): Promise<void>
  drop(name: string): Promise<void>
}

const at = new Date(0).toISOString()
const refused = (status: number, message: string): FakeAnswer => ({ status, body: { message } })
const usual = ['CREATING_PROJECT', 'RUNNING_MIGRATIONS', 'FUNCTIONS_DEPLOYED']

interface State {
  project: string
  hasBranching: boolean
  branches: FakeBranch[]
  coming: string[]
  counter: number
}
type Act = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>

const freshState = (): State => ({
  ...{ project: 'abcdefghijklmnopqrst', hasBranching: true, branches: [], coming: usual, counter: 0 },
})

/** Supabase's Management API on a port of this machine, as far as it is about branches. */
export async function openSupabaseFake(databases: FakeDatabases): Promise<SupabaseFake> {
  const state = freshState()
  const fake = await openVendorFake({
    ...{ description: supabaseDescription, base: '/v1', host: 'api.supabase.com' },
    refusal: { status: 401, body: { message: 'Unauthorized' } },
    errorBody: (_status, _code, message) => ({ message }),
    requestIdHeader: 'x-request-id',
    acts: { ...actsOfProject(state, databases), ...actsOfBranch(state, databases) },
    site: () => null,
  })
  return Object.assign(state, fake, {
    reset() {
      Object.assign(state, freshState(), { counter: state.counter })
      fake.forget()
    },
  })
}

const branchAnswer = ({ name, ref, status }: FakeBranch, { project }: State) => ({
  ...{ id: `id-of-${ref}`, name, project_ref: ref, parent_project_ref: project, is_default: false },
  ...{ persistent: false, status, created_at: at, updated_at: at, with_data: false },
})

function actsOfProject(state: State, databases: FakeDatabases): Record<string, Act> {
  const ofProject =
    (act: Act): Act =>
    request => {
      if (request.params['ref'] !== state.project) return refused(404, 'Project not found')
      return state.hasBranching ? act(request) : refused(400, 'Preview branching is not enabled for this project.')
    }
  return {
    'GET /projects/{ref}/branches': ofProject(() => {
      for (const each of state.branches) each.status = each.ahead.shift() ?? each.status
      return { status: 200, body: state.branches.map(each => branchAnswer(each, state)) }
    }),
    'POST /projects/{ref}/branches': ofProject(async ({ body }) => {
      const name = String(Object(body)['branch_name'])
      if (state.branches.some(each => each.name === name)) return refused(422, 'A branch of that name exists already')
      state.counter += 1
      const [status = 'CREATING_PROJECT', ...ahead] = state.coming
      const made = { name, ref: `branch${String(state.counter).padStart(14, 'x')}`, status, ahead }
      await databases.make(made.ref)
      state.branches.push(made)
      return { status: 201, body: branchAnswer(made, state) }
    }),
  }
}

function actsOfBranch(state: State, databases: FakeDatabases): Record<string, Act> {
  const ofBranch =
    (param: string, act: (branch: FakeBranch) => FakeAnswer | Promise<FakeAnswer>) =>
    ({ params }: FakeRequest): FakeAnswer | Promise<FakeAnswer> => {
      const found = state.branches.find(({ ref }) => ref === params[param])
      return found ? act(found) : refused(404, 'Branch not found')
    }
  return {
    'GET /branches/{branch_id_or_ref}': ofBranch('branch_id_or_ref', ({ ref, ahead }) => ({
      status: 200,
      body: {
        ...{ ref, postgres_version: '17.6', postgres_engine: '17', release_channel: 'ga', db_host: 'direct' },
        ...{ status: ahead.length > 0 ? 'COMING_UP' : 'ACTIVE_HEALTHY', db_port: 5432, db_user: 'postgres' },
        db_pass: databases.password,
      },
    })),
    'DELETE /branches/{branch_id_or_ref}': ofBranch('branch_id_or_ref', async branch => {
      state.branches = state.branches.filter(each => each !== branch)
      await databases.drop(branch.ref)
      return { status: 200, body: { message: 'ok' } }
    }),
    'GET /projects/{ref}/config/database/pooler': ofBranch('ref', ({ ref }) => ({
      status: 200,
      body: [
        {
          ...{ identifier: ref, database_type: 'PRIMARY', pool_mode: 'session', db_name: ref },
          ...{ db_user: databases.user, db_host: databases.host, db_port: databases.port },
        },
      ],
    })),
    'GET /projects/{ref}/api-keys': ofBranch('ref', ({ ref }) => ({
      status: 200,
      body: [
        { name: 'anon', type: 'legacy', api_key: `anon of ${ref}` },
        { name: 'service_role', type: 'legacy', api_key: `service of ${ref}` },
        { name: 'default', type: 'publishable', api_key: `publishable of ${ref}` },
      ],
    })),
  }
}
