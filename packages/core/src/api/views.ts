import * as z from 'zod'
import { Deployment } from '../deployment/deployment.ts'
import { ComparedEnv } from '../env/fingerprint.ts'
import { ErrorEvent, ExceptionFact, Frame } from '../event/error-event.ts'
import { Incident, IncidentEntry, Runbook } from '../incident/incident.ts'
import { Issue } from '../issue/issue.ts'
import { ServiceLine } from '../log/service-line.ts'
import { Check, Monitor } from '../monitor/monitor.ts'
import { OutboxRow } from '../notice/notice.ts'
import { Contributors } from '../promotion/contributors.ts'
import { Promotion } from '../promotion/promotion.ts'
import { Checklist } from '../release/checklist.ts'
import { Artifact, Migration, Release } from '../release/release.ts'
import { JobState, RunState } from '../run/run.ts'

/** A run without its payload and steps: enough for lists. */
export const RunSummary = RunState.pick({
  id: true,
  number: true,
  workflowPath: true,
  workflowName: true,
  event: true,
  ref: true,
  sha: true,
  actor: true,
  title: true,
  author: true,
  status: true,
  conclusion: true,
  createdAt: true,
  startedAt: true,
  completedAt: true,
  attempt: true,
}).extend({
  jobs: z.array(
    JobState.pick({
      id: true,
      key: true,
      name: true,
      needs: true,
      status: true,
      conclusion: true,
      isTolerated: true,
      startedAt: true,
      completedAt: true,
    }),
  ),
  /** The first failing step in words: `test (front-end) › vitest`. */
  failedAt: z.string().nullable(),
  /** What it said there, in one sentence; null when it said no more than that a command failed. */
  failure: z.string().nullable(),
  branch: z.string().describe('the branch that was pushed, of a pull request too'),
})
export type RunSummary = z.output<typeof RunSummary>

export const RunPageView = z.object({
  runs: z.array(RunSummary),
  total: z.int().describe('how many match, on every page'),
  newer: z.int().describe('how many of them are on the pages before this one'),
})
export type RunPageView = z.output<typeof RunPageView>

const Change = z.object({ sha: z.string(), title: z.string(), author: z.string(), at: z.iso.datetime() })

/** A release in a list, with how it went where it was put. */
export const ReleaseSummary = Release.extend({
  places: z
    .array(Deployment.pick({ id: true, environment: true, kind: true, state: true, createdAt: true, failure: true }))
    .describe('the newest deployment of it to each environment'),
})
export type ReleaseSummary = z.output<typeof ReleaseSummary>

/** What an approval would let into an environment, and what goes on there. */
export const Brings = z.object({
  since: z.string().nullable().describe('the release that is live there; null when none is'),
  commits: z.int().describe('how many it does not have'),
  changes: z.array(Change).describe('the newest of them, at most 100'),
  migrations: z.array(Migration).describe('those it does not have, in the order they are applied'),
  incidents: z.array(Incident).describe('what is open there, the gravest first'),
  env: ComparedEnv.nullable().describe(
    'names of variables that where it was proved has and where it goes has not (removed), and the other way round (added); null: not noted',
  ),
  contributors: Contributors,
})
export type Brings = z.output<typeof Brings>

/** Somebody of the project, and whether their yes would count. */
const PossibleVoter = z.object({
  id: z.string(),
  name: z.string(),
  whyNot: z.string().nullable().describe('why it would not: they had a hand in it; null when it would'),
})

export const PromotionView = Promotion.extend({
  possibleVoters: z
    .array(PossibleVoter)
    .describe('everybody whose role allows a yes, by name; empty once it is decided, and where none is needed'),
  brings: Brings.nullable().describe('null once it is decided'),
})
export type PromotionView = z.output<typeof PromotionView>

export const ReleaseView = Release.extend({
  artifacts: z.array(Artifact),
  migrations: z.array(Migration),
  deployments: z.array(Deployment).describe('newest first'),
  promotions: z.array(PromotionView).describe('newest first'),
  checklist: Checklist.nullable().describe('what people tick for it; null where its commit has none'),
  runs: z.array(RunSummary),
  issues: z.array(Issue).describe('first seen with this release'),
  /** Commits since the release that is live in the environment a promotion waits for, newest first. */
  changes: z.array(Change),
  comparedWith: z.string().nullable(),
})
export type ReleaseView = z.output<typeof ReleaseView>

export const IssueView = Issue.extend({
  tags: z
    .array(
      z.object({
        name: z.string(),
        of: z.int().describe('how many of the newest hundred events have it'),
        values: z.array(z.object({ value: z.string(), count: z.int() })),
      }),
    )
    .describe('of the newest hundred events, with whose they were'),
})
export type IssueView = z.output<typeof IssueView>

const FrameView = Frame.extend({
  path: z.string().nullable().describe('the file in the repository, at the commit of the release; null when unknown'),
})
/** An event with what it means in the repository. */
export const EventView = ErrorEvent.extend({
  exceptions: z.array(ExceptionFact.extend({ frames: z.array(FrameView) })),
  lastChange: z
    .object({ sha: z.string(), title: z.string(), author: z.string(), at: z.iso.datetime() })
    .nullable()
    .describe('the commit that last changed the file blamed, as of the release'),
  owners: z.array(z.string()).describe('who looks after that file, as CODEOWNERS of the release says'),
})
export type EventView = z.output<typeof EventView>

export const IssueEvents = z.object({ events: z.array(EventView), total: z.int() })
export const LogPage = z.object({
  lines: z.array(ServiceLine).describe('oldest first'),
  hasMore: z.boolean(),
  searchedBackTo: z
    .string()
    .nullable()
    .describe('how far a search came that took too long; shown as `before` it goes on; null: it is whole'),
  cursor: z.string().describe('shown as `since`: what came in after this answer, whatever its time'),
  histogram: z
    .array(z.object({ at: z.iso.datetime(), total: z.int(), errors: z.int() }))
    .describe('every bar of the range, those without a line too; empty with histogram=false'),
  barMs: z.int().describe('how much time a bar of the histogram stands for'),
  countedFrom: z.iso
    .datetime()
    .nullable()
    .describe('from when on the histogram counts, when counting the whole range would take too long; null: all of it'),
})
export type LogPage = z.output<typeof LogPage>

export const LogFacets = z.object({
  facets: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: z.string(), count: z.int() })) })),
  lines: z.int().describe('of how many lines, the newest, they were read'),
  isWhole: z.boolean().describe('whether those are all that match'),
})
export type LogFacets = z.output<typeof LogFacets>

export const LogSurroundings = z.object({
  line: ServiceLine,
  before: z.array(ServiceLine).describe('of the same service and environment, oldest first'),
  after: z.array(ServiceLine).describe('oldest first'),
  instance: z
    .object({ name: z.string(), value: z.string() })
    .nullable()
    .describe('the field that says which instance of the service wrote it; null where none does'),
})
export type LogSurroundings = z.output<typeof LogSurroundings>

export const LogDays = z.object({
  days: z.array(
    z.object({
      day: z.iso.date(),
      lines: z.int(),
      bytes: z.int().nullable().describe('on disk; null where servers share a database'),
    }),
  ),
})
export type LogDays = z.output<typeof LogDays>

export const MonitorView = Monitor.extend({ recent: z.array(Check).describe('newest last, at most 60') })
export type MonitorView = z.output<typeof MonitorView>

export const IncidentView = Incident.extend({
  entries: z.array(IncidentEntry).describe('oldest first'),
  runbookContent: Runbook.nullable(),
  notices: z.array(OutboxRow),
  changesBefore: z.array(Deployment).describe('deployments in the hour before it opened'),
})
export type IncidentView = z.output<typeof IncidentView>

/** What every refused request is answered with. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    facts: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  }),
})
export type ErrorBody = z.output<typeof ErrorBody>
