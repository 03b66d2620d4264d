import type * as z from 'zod'
import { type AdapterSettings, defineSettings, type Word } from '../adapter/adapter.ts'
import type { Verdict } from '../deployment/deployment.ts'
import type { CheckOnGitHub, CommitChecks, RequiredCheck } from '../github/commit-checks.ts'
import type { Incident } from '../incident/incident.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { GateResult } from '../promotion/promotion.ts'
import type { Checklist } from '../release/checklist.ts'
import type { Migration, Release } from '../release/release.ts'
import type { CommitRun } from '../run/commit-run.ts'

/** The same of one commit, for the environment it is to go to. */
export interface ChecksFact extends Pick<CommitChecks, 'runs' | 'problem'> {
  isRead: boolean
  named: { checks: CheckOnGitHub[]; required: RequiredCheck[] } | null
}

/** What a gate can ask to know of a promotion. Gathered only where a gate of the environment asks for it. */
export interface GateFacts {
  /** Runs of the release's commit, of any workflow file, here and on GitHub. */
  runs: CommitRun[]
  /**
   * How GitHub judges the release's commit; null where GitHub cannot be asked: the project is not connected with it, or has
   * neither an App nor a token. `isRead` false: it was not asked yet since the promotion was.
   */
  checks: ChecksFact | null
  /** The run whose job asks for the promotion, and which job that is. On GitHub it is believed only of the release's commit. */
  asking: { run: CommitRun; jobId: string } | null
  /** The environment before, what is live there since when, and how that was judged, where it is judged at all. */
  from: {
    environment: string
    release: string | null
    since: string | null
    verdict: Verdict | null
    isJudged: boolean
  } | null
  /** Issues seen for the first time with this release, newest first; `count` may be above the titles given. */
  newIssues: { count: number; titles: string[] }
  /**
   * Those of this release that the release live in the target does not have. `isFirst`: nothing is live there, so there is
   * nothing a rollback could bring back.
   */
  migrations: { pending: Migration[]; isFirst: boolean }
  /** Of every environment. */
  monitors: Monitor[]
  /** Those not resolved, of every environment. */
  incidents: Incident[]
  /** What people tick for this release, and who ticked it; null where its commit has none. */
  checklist: Checklist | null
  /**
   * Whether what is live in the target could come back if this release were live there already; null where nothing is live.
   */
  wayBack: { to: string; isSafe: boolean; blockers: string[] } | null
}
export type GateFact = keyof GateFacts

/** What every gate is judged with. */
export interface GateMoment {
  release: Pick<Release, 'id'>
  /** Where it is to go. */
  environment: string
  now: string
}

/** What a gate says. One that is not met says what to do. `againInMs`: time alone changes the answer then, though no fact does. */
export type GateDecision = Pick<GateResult, 'title' | 'detail' | 'evidence' | 'provedBy'> & { againInMs?: number } & (
    | { state: 'met' }
    | { state: 'waiting' | 'unmet'; next: string }
  )

/** What a gate does. Pure: facts and time in; met, waiting or unmet with one sentence and the evidence out. */
export interface GateActs<Settings, Asked extends GateFact> {
  facts: readonly Asked[]
  /**
   * Whether an owner may let a promotion past it. Only where it is about the moment: never where it is about what the release
   * was proved by.
   */
  overridable?: boolean
  /** Whether it holds up what is approved as well, until its deployment begins: hours may lie between the two. */
  untilBegun?: boolean
  decide(settings: Settings, facts: Pick<GateFacts, Asked>, moment: GateMoment): GateDecision
}

/** A condition a promotion must meet. */
export const defineGate = <Schema extends z.ZodType, Said extends unknown[], const Asked extends GateFact>({
  facts,
  overridable = false,
  untilBegun = false,
  decide,
  ...settings
}: Omit<AdapterSettings<Schema, Said>, 'kind'> & GateActs<z.output<Schema>, Asked>): Word<Schema, Said> &
  GateActs<z.output<Schema>, Asked> =>
  Object.assign(defineSettings({ kind: 'gate', ...settings }), { facts, overridable, untilBegun, decide })
