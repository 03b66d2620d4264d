import { GantryError, shortSha } from '@gantry/core'
import { Deployment, Line, Promotion, RunSummary } from '@gantry/core/api'
import { failureLine } from '@gantry/core/words'
import type { Api } from '../api/api.ts'
import { fieldOf, listIn, one, query, textIn } from '../api/read.ts'
import { waitingPromotions } from '../promotion/find-promotion.ts'
import { waitFor } from './wait.ts'

const minuteMs = 60_000

export interface DrillParts {
  api: Api
  environment: string
  say(line: string): void
  nowMs(): number
  /** Somebody pressed Ctrl-C; null for what must be done all the same. */
  interrupted: AbortSignal | null
}

/** @throws GantryError when the drill would not prove anything, or stand in somebody's way */
export async function checkStart({ api, environment }: DrillParts): Promise<void> {
  const line = await api.get('/line', one(Line))
  const place = line.environments.find(({ name }) => name === environment)
  if (!place) throw new GantryError('NOT_FOUND', `expected an environment "${environment}" on the line`)
  if (place.hold)
    throw new GantryError('PROMOTIONS_HELD', `promotions to ${environment} are held: ${place.hold.because}`)
  if (place.current?.state !== 'live') {
    throw new GantryError(
      'GATES_NOT_MET',
      `expected a good release live in ${environment}, to be put back; approve one first`,
    )
  }
  if (line.incidents.length > 0) {
    throw new GantryError(
      'CONFLICT',
      `incident #${line.incidents[0]?.number} is not resolved; a drill would hide in it`,
    )
  }
}

/** Pushes the prepared break as a branch, waits for green, and moves it to main: the way any commit goes. */
export async function shippedToMain(breakName: string, parts: DrillParts): Promise<string> {
  const { api, say } = parts
  const pushed = await api.post(`/sample/breaks/${encodeURIComponent(breakName)}/push`, {}, readBranch)
  say(`${shortSha(pushed.sha)} pushed as ${pushed.branch}; its checks run`)
  await mergedWhenGreen(pushed, parts)
  return pushed.sha
}

/** Takes the commit off main again, by a commit that goes the same way. */
export async function revertedOnMain(sha: string, parts: DrillParts): Promise<void> {
  const revert = await parts.api.post('/sample/revert', { sha }, readBranch)
  parts.say(`${shortSha(revert.sha)} reverts it; its checks run`)
  await mergedWhenGreen(revert, parts)
}

async function mergedWhenGreen(
  { branch, sha }: { branch: string; sha: string },
  { api, say, interrupted }: DrillParts,
): Promise<void> {
  const look = async () => {
    const [newest] = await runsOf(api, sha, 'ci.yml')
    return newest?.status === 'completed' ? newest : null
  }
  const run = await waitFor(`the checks of ${shortSha(sha)}`, 10 * minuteMs, look, interrupted)
  if (run.conclusion !== 'success') throw failed(run)
  await api.post('/sample/merge', { branch }, textIn('sha'))
  say('green: moved to main')
}

/** Waits until everything but the approval is there. */
export async function readyPromotion(sha: string, { api, environment, interrupted }: DrillParts): Promise<Promotion> {
  const look = async () => {
    const [run] = await runsOf(api, sha, 'deploy.yml')
    if (run?.status === 'completed' && run.conclusion !== 'success') throw failed(run)
    const found = (await waitingPromotions(api)).find(each => each.release === sha && each.environment === environment)
    const unmet = found?.gates.find(({ state }) => state === 'unmet')
    if (unmet) throw new GantryError('GATES_NOT_MET', `${unmet.title}: ${unmet.detail}`)
    return found?.state === 'ready' ? found : null
  }
  return waitFor(`the promotion of ${shortSha(sha)} to ${environment}`, 10 * minuteMs, look, interrupted)
}

const approvalTries = 5

/** Says yes to what is ready. Gates are judged anew all the time, so a version that moved on is looked at again. */
export async function approveReady(sha: string, reason: string, parts: DrillParts): Promise<Promotion> {
  for (let tries = 1; ; tries += 1) {
    const { id, version } = await readyPromotion(sha, parts)
    try {
      return await parts.api.post(`/promotions/${id}/approve`, { reason, version }, one(Promotion))
    } catch (cause) {
      if (!(cause instanceof GantryError && cause.code === 'CONFLICT') || tries === approvalTries) throw cause
    }
  }
}

export const deploymentsIn = ({ api, environment }: DrillParts): Promise<Deployment[]> =>
  api.get(`/deployments${query({ environment, limit: 10 })}`, listIn('deployments', Deployment))

const runsOf = (api: Api, sha: string, workflow: string): Promise<RunSummary[]> =>
  api.get(`/runs${query({ workflow, sha, limit: 1 })}`, listIn('runs', RunSummary))

function failed(run: RunSummary): GantryError {
  const at = failureLine(run)
  const { workflowName, number, conclusion } = run
  return new GantryError('RUN_FAILED', `${workflowName} #${number} ended as ${conclusion}${at ? ` at ${at}` : ''}`)
}

const readBranch = (body: unknown): { branch: string; sha: string } => ({
  branch: String(fieldOf(body, 'branch')),
  sha: String(fieldOf(body, 'sha')),
})
