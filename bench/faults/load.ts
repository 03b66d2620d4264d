import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line, Promotion, RunSummary } from '@gantry/core/api'
import type { Cluster } from './cluster.ts'
import { type FaultsProduct, project } from './product.ts'
import type { Witness } from './witness.ts'

/** What was done to the cluster, and what it answered. */
export interface Done {
  /** Commits that its repository took, by how they came. */
  branches: string[]
  mains: string[]
  /** By the clock of the day. */
  firstMainAtMs: number | null
  /** Ids of events that were answered by 2xx. */
  events: string[]
  /** Ids of promotions whose approval was answered by 2xx, and how often it was. */
  approvals: Map<string, number>
}

export interface Load {
  done: Done
  /** Begins nothing more, and waits for what was begun. */
  stop(): Promise<void>
}

const api = `/api/v1/projects/${project}`
const unfinishedAtMost = 8

/** Pushes, approvals, events and outages, at once and without end. */
export function startLoad(cluster: Cluster, product: FaultsProduct, witness: Witness): Load {
  const done: Done = { branches: [], mains: [], firstMainAtMs: null, events: [], approvals: new Map() }
  const stopping = new AbortController()
  const { signal } = stopping
  const goOn = async (everyMs: number, act: () => Promise<void>) => {
    while (!signal.aborted) {
      // A server that is down is what this is about; what counts is what it says later.
      await act().catch(() => undefined)
      await sleep(everyMs)
    }
  }
  let known = ''
  const address = async () => {
    known ||= await envelopes(cluster)
    return known
  }
  const loads = [
    goOn(500, () => pushBranch(cluster, product, done)),
    goOn(4_000, () => pushMain(cluster, product, done)),
    goOn(400, () => approveWhatIsReady(cluster, done)),
    ...Array.from({ length: 2 }, () => goOn(150, async () => sendEvent(await address(), done))),
    goOn(1_000, () => resolveIncidents(cluster, witness)),
    goOn(0, async () => {
      await sleep(12_000)
      witness.setWell(false)
      await sleep(8_000)
      witness.setWell(true)
    }),
  ]
  return {
    done,
    async stop() {
      stopping.abort()
      await Promise.all(loads)
      witness.setWell(true)
    },
  }
}

/** A change on a branch, as soon as those before it are through. */
async function pushBranch(cluster: Cluster, product: FaultsProduct, done: Done): Promise<void> {
  if ((await unfinished(cluster)) >= unfinishedAtMost) return
  const sha = await product.commit()
  const ref = `refs/heads/change-${done.branches.length + 1}`
  for (let isThere = false; !isThere; await sleep(300)) isThere = await product.push(sha, ref)
  done.branches.push(sha)
}

/** The newest change whose checks are green; main refuses others. */
async function pushMain(cluster: Cluster, product: FaultsProduct, done: Done): Promise<void> {
  const newer = done.branches.slice(done.branches.indexOf(done.mains.at(-1) ?? '') + 1)
  for (const sha of newer.toReversed()) {
    if (!(await isGreen(cluster, sha))) continue
    if (!(await product.push(sha, 'refs/heads/main'))) return
    done.mains.push(sha)
    done.firstMainAtMs ??= Date.now()
    return
  }
}

const runs = async (cluster: Cluster, query: string) =>
  (await cluster.api<{ runs: RunSummary[] }>('GET', `${api}/runs?limit=100${query}`)).runs

const unfinished = async (cluster: Cluster): Promise<number> =>
  (await runs(cluster, '')).filter(({ status }) => status !== 'completed').length

async function isGreen(cluster: Cluster, sha: string): Promise<boolean> {
  const [run] = await runs(cluster, `&workflow=ci.yml&sha=${sha}`)
  return run?.status === 'completed' && run.conclusion === 'success'
}

/** Each by two people at once, at whatever servers they reach. */
export async function approveWhatIsReady(cluster: Cluster, done: Done): Promise<void> {
  const { promotions } = await cluster.api<Line>('GET', `${api}/line`)
  for (const { id } of promotions.filter(({ state }) => state === 'ready')) {
    const approve = () => cluster.api<Promotion>('POST', `${api}/promotions/${id}/approve`, { reason: 'it works' })
    const answers = await Promise.allSettled([approve(), approve()])
    const taken = answers.filter(({ status }) => status === 'fulfilled').length
    if (taken > 0) done.approvals.set(id, (done.approvals.get(id) ?? 0) + taken)
  }
}

/** Of what is well again: Gantry leaves that to people. */
export async function resolveIncidents(cluster: Cluster, { isWell }: Pick<Witness, 'isWell'>): Promise<void> {
  if (!isWell()) return
  const { incidents } = await cluster.api<Line>('GET', `${api}/line`)
  for (const { number } of incidents)
    await cluster.api('POST', `${api}/incidents/${number}/resolve`, { reason: 'it is well again' })
}

async function envelopes(cluster: Cluster): Promise<string> {
  const { dsn } = await cluster.api<Line>('GET', `${api}/line`)
  const { username, pathname } = new URL(dsn)
  return `${cluster.url}/api${pathname}/envelope/?sentry_key=${username}&sentry_version=7`
}

/** Until it is answered, as a client that keeps what it could not send: an event has an id. */
async function sendEvent(url: string, done: Done): Promise<void> {
  const id = randomBytes(16).toString('hex')
  const event = { event_id: id, exception: { values: [{ type: `Fault${done.events.length % 5}`, value: 'again' }] } }
  for (;;) {
    if (await posted(url, `{}\n{"type":"event"}\n${JSON.stringify(event)}`)) break
    await sleep(200)
  }
  done.events.push(id)
}

async function posted(url: string, body: string): Promise<boolean> {
  const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(10_000) }).catch(() => null)
  await answer?.arrayBuffer().catch(() => undefined)
  return answer?.ok ?? false
}
