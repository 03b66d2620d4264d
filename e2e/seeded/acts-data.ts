import type { Line, Promotion, RunState } from '@gantry/core/api'
import { type RunningGantry, until } from '../../tools/running-gantry.ts'
import { project } from './seed-store.ts'

/** Its name stands in the gate that production waits for. */
export const proof = 'proof.yml'

/** Ends as it is told to, so that a test decides when the gate turns. */
const proofWorkflow = `name: proof
on:
  workflow_dispatch:
    inputs:
      ends:
        required: true
jobs:
  proof:
    runs-on: ubuntu-latest
    steps:
      - name: Proof
        env:
          ENDS: \${{ inputs.ends }}
        run: test "$ENDS" = green
`

const config = `import { ciGreen, defineConfig, local } from '@gantry/config'
export default defineConfig({
  project: '${project}',
  services: { web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [ciGreen({ workflow: '${proof}' })] },
  },
  monitors: {},
  alerts: {},
  routes: [],
})
`

/** What a commit brings that has production wait for the proof. */
export const gated = { 'gantry.config.ts': config, [`.github/workflows/${proof}`]: proofWorkflow }

/** The promotion of a release to production, once it was asked for. */
export async function asked(gantry: RunningGantry, sha: string): Promise<Promotion> {
  const find = async () =>
    (await gantry.api<Line>('GET', '/api/v1/projects/seeded/line')).promotions.find(({ release }) => release === sha)
  const promotion = await until(find, found => found !== undefined, 60_000, `a promotion of ${sha}`)
  if (promotion) return promotion
  throw new Error(`no promotion of ${sha}`)
}

/** Runs the proof for what is on main. Answers the run, ended. */
export async function prove(gantry: RunningGantry, ends: 'green' | 'red'): Promise<RunState> {
  const inputs = { workflow: proof, ref: 'main', inputs: { ends } }
  const { id } = await gantry.api<RunState>('POST', '/api/v1/projects/seeded/runs', inputs)
  return until(
    () => gantry.api<RunState>('GET', `/api/v1/projects/seeded/runs/${id}`),
    ({ status }) => status === 'completed',
    60_000,
    `the proof that ends ${ends}`,
  )
}

/** What the ledger holds about one kind of act, newest first. */
export async function rowsOf(gantry: RunningGantry, action: string) {
  const { rows } = await gantry.api<{ rows: { action: string; actor: string; reason: string | null }[] }>(
    'GET',
    '/api/v1/projects/seeded/ledger?limit=500',
  )
  return rows.filter(row => row.action === action)
}
