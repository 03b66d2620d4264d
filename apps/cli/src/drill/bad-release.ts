import { GantryError, instantMs, shortSha } from '@gantry/core'
import { type Deployment, Incident, IncidentView, isNotSetUp } from '@gantry/core/api'
import { listIn, one, texts } from '../api/read.ts'
import {
  approveReady,
  checkStart,
  type DrillParts,
  deploymentsIn,
  readyPromotion,
  shippedToMain,
} from './line-to-production.ts'
import { firstBad, type Load, servingAgain, startLoad } from './load.ts'
import { type DrillResult, judgeDrill, type Marks } from './marks.ts'
import { pause, waitFor } from './wait.ts'

const warmUpMs = 5_000
const liveWithinMs = 120_000
/** From the bad release being live until every mark is there. */
const rescueWithinMs = 90_000
const goodInARow = 30
const lookEveryMs = 200

export interface DrillRun {
  result: DrillResult
  /** The bad commit, once it is on main. */
  sha: string
  incident: number | null
  requests: number
  bad: number
}

/** What the drill changed so far. */
export interface Begun {
  /** The bad commit, once it is on main. */
  sha: string | null
  /** Approved: it goes live, whoever looks. */
  isApproved: boolean
}

/**
 * Ships a prepared bad release under load to the environment people use, and watches what Gantry does about it.
 * `begun` is filled as soon as there is something to take back, so that it is known however this ends.
 */
export async function badRelease(
  { breakName, service, path }: { breakName: string; service: string; path: string },
  parts: DrillParts,
  begun: Begun,
): Promise<DrillRun> {
  const { environment, say, nowMs } = parts
  await checkStart(parts)
  const target = await addressOf(service, path, parts)
  const sha = await shippedToMain(breakName, parts)
  begun.sha = sha
  await readyPromotion(sha, parts)
  say(`staging has proved it; every gate of ${environment} is met`)
  const load = startLoad(target, { limitMs: warmUpMs + liveWithinMs + rescueWithinMs, nowMs })
  try {
    say(`load on ${target}`)
    await pause(warmUpMs, parts.interrupted)
    await approveReady(sha, 'a drill: shipped to see it put back', parts)
    begun.isApproved = true
    say(`approved; it goes to ${environment}`)
    const deployment = await liveDeployment(sha, parts)
    say(`${shortSha(sha)} is live; waiting for the rescue`)
    const rescue = await watched(deployment, load, parts)
    const bad = load.seen.filter(({ isGood }) => !isGood).length
    return { ...rescue, sha, requests: load.seen.length, bad }
  } finally {
    await load.stop()
  }
}

async function addressOf(service: string, path: string, { api, environment }: DrillParts): Promise<string> {
  const urls = await api.get(`/environments/${encodeURIComponent(environment)}/urls`, texts)
  const name = `${service.toUpperCase().replaceAll('-', '_')}_URL`
  const url = urls[name]
  if (url !== undefined) return new URL(path, url).href
  throw new GantryError('NOT_FOUND', `expected ${name} among ${Object.keys(urls).join(', ')}`)
}

function liveDeployment(sha: string, parts: DrillParts): Promise<Deployment> {
  const look = async () => {
    const found = (await deploymentsIn(parts)).find(({ release, kind }) => release === sha && kind === 'deploy')
    if (found?.state === 'failed') throw new GantryError('RUN_FAILED', `the deployment failed: ${found.failure}`)
    return found?.liveAt ? found : null
  }
  return waitFor(`${shortSha(sha)} live in ${parts.environment}`, liveWithinMs, look, parts.interrupted)
}

/** Looks until every mark is there, or the time is over. */
async function watched(
  deployment: Deployment,
  load: Load,
  parts: DrillParts,
): Promise<Pick<DrillRun, 'result' | 'incident'>> {
  const endAt = parts.nowMs() + rescueWithinMs
  for (;;) {
    const seen = await look(deployment, load, parts)
    const result = judgeDrill(seen.marks, seen)
    const isWhole = !result.faults.some(fault => fault.endsWith('in time'))
    if (isWhole || parts.nowMs() > endAt) return { result, incident: seen.incident }
    await pause(lookEveryMs, parts.interrupted)
  }
}

async function look(
  bad: Deployment,
  load: Load,
  parts: DrillParts,
): Promise<{ marks: Marks; incident: number | null; hasChannels: boolean }> {
  const [deployments, incident] = await Promise.all([deploymentsIn(parts), incidentSince(bad, parts)])
  const newest = deployments.find(({ id }) => id === bad.id) ?? bad
  const rollback = deployments.find(({ kind, createdAt }) => kind === 'rollback' && createdAt >= bad.createdAt)
  const pages = incident?.notices.filter(({ notice }) => notice.kind === 'opened' || notice.kind === 'reopened') ?? []
  const sent = pages.flatMap(({ sentAt }) => sentAt ?? []).toSorted()[0]
  const createdMs = instantMs(bad.createdAt)
  const marks = present({
    live: at(bad.liveAt),
    firstBad: firstBad(load.seen, createdMs),
    incident: at(incident?.openedAt),
    paged: at(sent),
    verdict: newest.verdict?.state === 'worse' ? at(newest.verdict.decidedAt) : undefined,
    rolledBack: at(rollback?.liveAt),
    servingAgain: servingAgain(load.seen, createdMs, goodInARow),
  })
  return {
    marks,
    incident: incident?.number ?? null,
    hasChannels: incident === null || pages.some(page => !isNotSetUp(page)),
  }
}

async function incidentSince(bad: Deployment, { api }: DrillParts): Promise<IncidentView | null> {
  const incidents = await api.get('/incidents?state=all', listIn('incidents', Incident))
  const found = incidents.find(
    ({ environment, release, openedAt }) =>
      environment === bad.environment && release === bad.release && openedAt >= bad.createdAt,
  )
  return found ? api.get(`/incidents/${found.number}`, one(IncidentView)) : null
}

const at = (iso: string | null | undefined): number | undefined => (iso ? instantMs(iso) : undefined)

/** Without the marks that are not there yet. */
const present = (marks: { [K in keyof Marks]-?: Marks[K] | undefined }): Marks =>
  Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined))
