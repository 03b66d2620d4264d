import { msBetween } from '../duration/instant.ts'
import type { EnvChange } from '../env/fingerprint.ts'
import type { Migration, Release } from '../release/release.ts'
import { type SchemaFit, schemaFits } from '../release/schema-fits.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Deployment, RollbackPlan, WayBackLook } from './deployment.ts'

/** What a rollback is planned from, gathered beforehand. */
export interface RollbackFacts {
  environment: string
  /** Services of the config, in the order they are deployed; `isStateful` ones stay as they are. */
  services: MovingService[]
  live: Deployment | null
  /** Deployments of this environment, newest first. */
  history: (Pick<Deployment, 'release' | 'liveAt'> & Partial<Pick<Deployment, 'kind' | 'createdAt'>>)[]
  releases: Pick<Release, 'id' | 'migrations' | 'artifacts' | 'badBecause'>[]
  /** Migrations in this environment's database. */
  applied: Migration[]
  /** Releases whose processes still run here, so that the switch is immediate. */
  keptReleases: string[]
  /** Digests of artifacts that can still be read. */
  storedDigests: string[]
  /** By release: what is another now than when it was live. */
  changedEnv: Record<string, EnvChange[]>
  /** What vendors said last, of any release. */
  looks: readonly WayBackLook[]
  /** The release asked for; null: the last one that was good. */
  wanted: string | null
}

export interface MovingService {
  name: string
  isStateful: boolean
  /** `job`: a vendor's, that a workflow deploys to. */
  runsIn: 'server' | 'job'
  /** Whether the vendor keeps the former release, so that going back is a switch. */
  keepsFormer: boolean
  /** Whether the variables and secrets of then come back with it. */
  restoresEnv: boolean
}

/** Says, without doing anything, whether the former release can come back, how, and what would stay different. */
export function rollbackPlan(facts: RollbackFacts): RollbackPlan {
  const from = facts.live?.release ?? null
  const earlier = earlierReleases(facts)
  const candidates = earlier.filter(id => obstacles(facts, id).length === 0)
  const to = facts.wanted ?? candidates[0] ?? earlier[0] ?? null
  const blockers = to === null ? ['no earlier release was live here'] : blockersOf(facts, to, earlier)
  const schema = schemaOf(facts, to)
  const isHere = facts.services.some(({ runsIn, isStateful }) => runsIn === 'server' && !isStateful)
  const kept = isHere && to !== null && facts.keptReleases.includes(to)
  return {
    environment: facts.environment,
    from,
    to,
    candidates,
    isSafe: blockers.length === 0,
    kept,
    services: facts.services.map(service => moveOf(service, to, kept)),
    schema: { fits: schema.fits, detail: schema.detail },
    env: envOf(facts, to, kept),
    lastTookMs: lastTookMs(facts),
    looked: facts.looks.filter(({ release }) => release === to),
    after: afterwards(facts, to, kept),
    blockers,
  }
}

/** Releases that were live here before, last one first, without the one that is live. */
function earlierReleases({ history, live }: RollbackFacts): string[] {
  const wereLive = history
    .filter(each => each.liveAt !== null)
    .toSorted((a, b) => ((a.liveAt ?? '') < (b.liveAt ?? '') ? 1 : -1))
  return [...new Set(wereLive.map(each => each.release))].filter(id => id !== live?.release)
}

function blockersOf(facts: RollbackFacts, to: string, earlier: string[]): string[] {
  if (to === facts.live?.release) return [`${shortSha(to)} is what runs now`]
  if (!earlier.includes(to)) return [`${shortSha(to)} was never live here`]
  return obstacles(facts, to)
}

function obstacles(facts: RollbackFacts, id: string): string[] {
  const release = facts.releases.find(each => each.id === id)
  if (!release) return [`${shortSha(id)} is no longer known`]
  const found: string[] = []
  if (release.badBecause !== null) found.push(`${shortSha(id)} was marked bad: ${release.badBecause}`)
  const gone = release.artifacts.filter(artifact => !facts.storedDigests.includes(artifact.digest))
  if (gone.length > 0 && !facts.keptReleases.includes(id)) {
    found.push(`the built files of ${gone.map(artifact => artifact.service).join(', ')} are gone`)
  }
  found.push(...lostAtVendors(facts, id))
  const fit = fitOf(facts, release)
  if (!fit.fits) found.push(fit.detail)
  return found
}

/** A vendor that said no is believed until it is asked again; the rollback itself asks anew before anything is done. */
const lostAtVendors = ({ looks, services }: RollbackFacts, id: string): string[] =>
  looks.flatMap(({ release, service, state, why }) =>
    release === id && state === 'cannot' && services.some(({ name, runsIn }) => name === service && runsIn === 'job')
      ? [`${service} cannot be put back: ${why}`]
      : [],
  )

/** Whether it comes back: processes that still run have what they were started with, else it is the provider's to say. */
function envOf({ changedEnv, services }: RollbackFacts, to: string | null, kept: boolean): RollbackPlan['env'] {
  const comesBack = (name: string) => {
    const service = services.find(each => each.name === name)
    return service?.runsIn === 'job' ? service.restoresEnv : kept
  }
  return (to === null ? [] : (changedEnv[to] ?? [])).map(each => ({ ...each, comesBack: comesBack(each.service) }))
}

function lastTookMs({ history }: RollbackFacts): number | null {
  const last = history.find(({ kind, liveAt }) => kind === 'rollback' && liveAt !== null)
  return last?.createdAt && last.liveAt ? msBetween(last.createdAt, last.liveAt) : null
}

function schemaOf(facts: RollbackFacts, to: string | null) {
  const release = facts.releases.find(each => each.id === to)
  return release ? fitOf(facts, release) : { fits: to === null, detail: 'nothing to compare', unknown: [] }
}

function fitOf(facts: RollbackFacts, { id, migrations }: RollbackFacts['releases'][number]): SchemaFit {
  return schemaFits(migrations, facts.applied, ({ version }) => servedBefore(facts, version) === id)
}

/** The release that served when a migration was applied: what a person accepted of it was about that one. */
function servedBefore({ history, releases }: RollbackFacts, version: string): string | null {
  const knowing = new Set(
    releases.filter(({ migrations }) => migrations.some(each => each.version === version)).map(({ id }) => id),
  )
  const wereLive = history.filter(each => each.liveAt !== null)
  const oldestFirst = wereLive.toSorted((a, b) => ((a.liveAt ?? '') < (b.liveAt ?? '') ? -1 : 1))
  const first = oldestFirst.findIndex(({ release }) => knowing.has(release))
  return oldestFirst[first - 1]?.release ?? null
}

function moveOf(service: MovingService, to: string | null, kept: boolean): RollbackPlan['services'][number] {
  const { name, runsIn } = service
  if (service.isStateful)
    return { service: name, moves: false, runsIn, detail: 'stays as it is; migrations are not undone' }
  if (to === null) return { service: name, moves: false, runsIn, detail: 'stays as it is' }
  return { service: name, moves: true, runsIn, detail: howItMoves(service, shortSha(to), kept) }
}

function howItMoves({ runsIn, keepsFormer }: MovingService, to: string, kept: boolean): string {
  if (runsIn === 'job') return keepsFormer ? `its vendor keeps ${to}: switched back` : `${to} is put back by a workflow`
  return kept ? `still runs ${to}: switched at once` : `${to} is started, proved healthy, then switched`
}

function afterwards(facts: RollbackFacts, to: string | null, kept: boolean): string[] {
  if (to === null) return []
  const ahead = schemaOf(facts, to).unknown
  const nameOf = (migration: Migration) => `${migration.version}_${migration.name}`
  const unknown = ahead.map(nameOf)
  const rewrote = ahead
    .filter(({ verdicts }) => verdicts.some(each => each.class === 'data' && !each.isSafe))
    .map(nameOf)
  const changed = [...new Set(envOf(facts, to, kept).flatMap(({ name, comesBack }) => (comesBack ? [] : [name])))]
  const withPresentEnv = facts.services
    .filter(({ isStateful, runsIn, restoresEnv }) => !isStateful && runsIn === 'job' && !restoresEnv)
    .map(({ name }) => name)
  return [
    ...(unknown.length > 0 ? [`the schema keeps ${unknown.join(', ')}`] : []),
    ...(rewrote.length > 0 ? [`rows stay as ${rewrote.join(', ')} left them`] : []),
    ...(changed.length > 0
      ? [`${changed.join(', ')} ${changed.length === 1 ? 'keeps its present value' : 'keep their present values'}`]
      : []),
    ...(withPresentEnv.length > 0 ? [`${withPresentEnv.join(', ')}: with the variables and secrets of now`] : []),
    'what people wrote meanwhile stays',
  ]
}
