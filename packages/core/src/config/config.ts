import * as z from 'zod'
import { adapterTags } from '../adapter/adapter.ts'
import { oneOf } from '../adapter/one-of.ts'
import * as rules from '../alert/rules/index.ts'
import { parseDuration } from '../duration/duration.ts'
import * as gates from '../gate/index.ts'
import { GroupingRule } from '../issue/grouping/grouping-rules.ts'
import { ApprovalsField } from './approval-rule.ts'
import { DurationField, PositiveDurationField } from './duration-field.ts'
import { forwardBounds } from './forward-fields.ts'
import { IngestConfig } from './ingest-config.ts'
import { IssuesConfig } from './issues-config.ts'
import { reference } from './reference.ts'
import { SizeField } from './size-field.ts'

const serviceSchema = <Provider extends z.ZodType>(provider: Provider) =>
  z.strictObject({
    path: z.string().describe('folder of the service in the repository'),
    artifact: z.string().optional().describe('folder the build leaves, packed into the release'),
    health: z.string().startsWith('/').optional().describe('path answered with 2xx when the service can take requests'),
    needs: z.array(reference('service')).default([]).describe('services that must be live before this one'),
    deploy: provider.describe('where and how it runs: `local({ … })`'),
  })

export const GateConfig = oneOf(adapterTags.gate, gates)
export type GateConfig = z.output<typeof GateConfig>

const environmentSchema = <Gate extends z.ZodType>(gate: Gate) =>
  z.strictObject({
    on: z.string().optional().describe('branch whose pushes are deployed here'),
    from: reference('environment').optional().describe('environment a release must have been live in before'),
    approvals: ApprovalsField.default(0).describe(
      'how many people must say yes, or `{ needed: 2, by: "owner", expire: "24h" }`',
    ),
    allowSelfApproval: z.boolean().default(false).describe('whether those who wrote or pushed it may approve it'),
    approvalExpires: PositiveDurationField.default('7d').describe('after this an undecided promotion expires'),
    gates: z.array(gate).default([]).describe('conditions a promotion must meet'),
    verdict: z
      .strictObject({
        minimumRequests: z
          .int()
          .min(1)
          .default(50)
          .describe('answers the new release must have given before it is judged'),
        within: PositiveDurationField.default('10m').describe('after this the verdict is inconclusive'),
        falseAlarms: z
          .number()
          .positive()
          .max(0.2)
          .default(0.01)
          .describe('probability that a sound release is called worse'),
        rollback: z.boolean().default(true).describe('whether `worse` puts the former release back'),
      })
      .prefault({})
      .describe('how a release is judged after it went live'),
  })

/** The fields of every monitor that asks by itself. */
export const probeRhythm = {
  every: PositiveDurationField.default('30s').describe('time between two checks'),
  timeout: PositiveDurationField.default('5s').describe('a slower answer counts as a failure'),
  confirmations: z.int().min(1).max(10).default(2).describe('checks in a row that must agree before its state changes'),
}

export const AlertConfig = oneOf(adapterTags.rule, rules)
export type AlertConfig = z.output<typeof AlertConfig>

const routeSchema = <Channel extends z.ZodType>(channel: Channel) =>
  z.strictObject({
    severity: z
      .enum(['critical', 'warning', 'info'])
      .optional()
      .describe('only notices of this severity; left out: all others'),
    to: z.array(channel).min(1).describe('channels that are told'),
  })

export const AnomalyKind = z.enum(['duration', 'queue', 'failures', 'budget', 'deployments'])

export const AnomaliesConfig = z.strictObject({
  tell: z
    .array(AnomalyKind)
    .default([...AnomalyKind.options])
    .describe('what is told of; `[]` tells of nothing'),
  severity: z
    .enum(['critical', 'warning', 'info'])
    .default('info')
    .describe('decides who is told; whatever it is, nobody is paged'),
  minimumRuns: z.int().min(3).max(50).default(8).describe('runs there must be before, so that there is a usual'),
  deviations: z
    .number()
    .min(1)
    .max(100)
    .default(3.5)
    .describe('standard deviations above the usual, from which a duration or a wait is odd'),
  least: DurationField.default('15s').describe('a smaller difference from the usual is not odd'),
  chance: z
    .number()
    .positive()
    .max(0.2)
    .default(0.01)
    .describe('failures that chance explains less often than this are odd'),
  budget: PositiveDurationField.default('10m').describe('what a run may take'),
  failedDeployments: z.int().min(1).max(20).default(2).describe('deployments that fail in a row'),
})
export type AnomaliesConfig = z.output<typeof AnomaliesConfig>

/** Rules and verdicts look back a day: less would blind them. */
const KeptFor = DurationField.refine(text => (parseDuration(text) ?? 0) >= 86_400_000, {
  error: 'expected at least 1d',
  when: ({ value }) => typeof value === 'string' && parseDuration(value) !== null,
})

export const KeepConfig = z
  .strictObject({
    lines: KeptFor.default('30d').describe('log lines of services, by whole days'),
    linesSize: SizeField.optional().describe(
      'what the log lines of the project may take on disk: the oldest days go first, the last one stays; not where servers share a database without CLICKHOUSE_URL',
    ),
    linesExport: z
      .boolean()
      .optional()
      .describe(
        'whether a day of log lines is written, as `projects/<project>/lines/<day>/<time>.ndjson.gz`, to the bucket of `GANTRY_OBJECTS` (else to the data folder) before it is deleted; it stays where that fails',
      ),
    events: KeptFor.default('90d').describe(
      'single error events, with all that came beside them; issues and their counts stay',
    ),
    eventsSize: SizeField.optional().describe(
      'what single events and all that came beside them may take, packed: the oldest days go first, the last one stays',
    ),
    attachments: KeptFor.optional().describe('files beside events; as long as `events` when left out, and no longer'),
    spans: KeptFor.optional().describe(
      'spans, transactions and profiles; as long as `events` when left out, and no longer',
    ),
    sessions: KeptFor.optional().describe(
      'sessions of programs and visits, from which the share without a crash is counted; as long as `events` when left out, and no longer',
    ),
    checks: KeptFor.default('30d').describe('results of monitors'),
    traffic: KeptFor.default('30d').describe('counts of requests'),
    runs: KeptFor.default('90d').describe('output and uploaded artifacts of runs; the runs themselves stay'),
    notices: KeptFor.default('90d').describe('alerts that are over, and notices that belong to no incident'),
    releases: KeptFor.default('90d').describe('built files of releases; those one can go back to stay for ever'),
    rollbackReleases: z
      .int()
      .min(2)
      .max(1_000)
      .default(10)
      .describe('good releases of each environment one can go back to, however old'),
  })
  .superRefine((keep, context) => {
    const most = parseDuration(keep.events) ?? 0
    for (const kind of ['attachments', 'spans', 'sessions'] as const)
      if ((parseDuration(keep[kind] ?? '') ?? 0) > most)
        context.addIssue({
          code: 'custom',
          path: [kind],
          message: `expected at most ${keep.events}, which events are kept for`,
        })
  })
export type KeepConfig = z.output<typeof KeepConfig>

const Percent = z.number().min(0).max(100).optional()
const CoverageShares = {
  lines: Percent.describe('least share of lines, in percent'),
  branches: Percent.describe('least share of branches, in percent'),
  functions: Percent.describe('least share of functions, in percent'),
  statements: Percent.describe('least share of statements, in percent'),
}

export const CoverageConfig = z.strictObject({
  ...CoverageShares,
  changedLines: Percent.describe('least share of the lines a pull request adds, in percent'),
  packages: z
    .record(z.string(), z.strictObject(CoverageShares))
    .default({})
    .describe('shares of single packages, by folder'),
})
export type CoverageConfig = z.output<typeof CoverageConfig>

export const LintConfig = z.strictObject({
  rules: z
    .record(z.string(), z.enum(['off', 'error', 'warning', 'note']))
    .default({})
    .describe('rules by name: `off`, or how severe is what they find'),
  trustedActions: z
    .array(z.string().regex(/^[\w.-]+\/([\w.-]+|\*)$/, 'expected owner/name or owner/*'))
    .default([])
    .describe('actions whose tags need no pin: `owner/name`, or `owner/*` for all of an owner'),
})
export type LintConfig = z.output<typeof LintConfig>

export const PreviewsConfig = z.strictObject({
  most: z.int().min(1).max(50).default(5).describe('previews there may be at a time'),
  idle: PositiveDurationField.default('1d').describe('one that got no commit for so long makes room for another'),
  expires: PositiveDurationField.default('7d').describe('one that got no commit for so long is removed'),
})
export type PreviewsConfig = z.output<typeof PreviewsConfig>

/** What stands in a config for adapters, by kind. */
interface AdapterSchemas {
  provider: z.ZodType
  gate: z.ZodType
  probe: z.ZodType
  rule: z.ZodType
  channel: z.ZodType
  forward: z.ZodType
}

/** Where the checklist is, unless a config says otherwise. */
export const usualChecklist = 'docs/qa/checklist.md'

/** What `gantry.config.ts` exports, when adapters are set like that. */
export const configSchema = <Of extends AdapterSchemas>(of: Of) =>
  z.strictObject({
    project: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,38}$/, 'lower-case letters, digits and dashes, at most 39')
      .describe('name of the project'),
    services: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), serviceSchema<Of['provider']>(of.provider))
      .describe('deployable parts, by name'),
    environments: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), environmentSchema<Of['gate']>(of.gate))
      .describe('where services run, in the order a release passes them'),
    previews: PreviewsConfig.optional().describe(
      'pull requests get addresses of their own, by preview.yml; left out: none does',
    ),
    requiredWorkflow: z.string().default('ci.yml').describe('the workflow file that must be green before main moves'),
    monitors: z
      .record(z.string(), of.probe as Of['probe'])
      .default({})
      .describe('what is probed, by name'),
    alerts: z
      .record(z.string(), of.rule as Of['rule'])
      .default({})
      .describe('rules, by name; a runbook names the rules it is for'),
    anomalies: AnomaliesConfig.prefault({}).describe('when oddities of CI and deployments are told'),
    grouping: z
      .array(GroupingRule)
      .max(200)
      .default([])
      .describe('which errors are one issue, where Gantry is to be told; the first rule that fits'),
    issues: IssuesConfig.prefault({}).describe('which issues are told of, and who looks after a new one'),
    routes: z.array(routeSchema<Of['channel']>(of.channel)).default([]).describe('who is told; the first that fits'),
    coverage: CoverageConfig.prefault({}).describe('how much of the code tests must run; `gantry report` holds it'),
    lint: LintConfig.prefault({}).describe('what `gantry lint` finds, and how severe that is'),
    ingest: IngestConfig.prefault({}).describe('what is done with reports of clients before they are stored'),
    forwards: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), of.forward as Of['forward'])
      .default({})
      .describe('other services that what comes in is sent on to, by name'),
    keep: KeepConfig.prefault({}).describe('how long what grows is kept'),
    runbooks: z.string().default('docs/runbooks').describe('folder of the runbooks'),
    checklist: z
      .string()
      .default(usualChecklist)
      .describe('Markdown file whose tasks (`- [ ] …`) people tick for each release; `qaChecked()` asks for all'),
  })

/**
 * A config that was read already, as rows keep it and decisions take it: of an adapter's settings no more is said than
 * that they have a tag and what all of the kind have. `@gantry/config` knows the rest, and is what reads a file.
 */
export const Config = configSchema({
  provider: z.looseObject({ provider: z.string() }),
  gate: GateConfig,
  probe: z.looseObject({ type: z.string(), service: z.string().optional(), ...probeRhythm }),
  rule: AlertConfig,
  channel: z.looseObject({ type: z.string(), name: z.string() }),
  forward: z.looseObject({ to: z.string(), asReceived: z.boolean().optional(), ...forwardBounds }),
})
export type Config = z.output<typeof Config>
export type ServiceConfig = Config['services'][string]
export type EnvironmentConfig = Config['environments'][string]
export type MonitorConfig = Config['monitors'][string]
export type RouteConfig = Config['routes'][number]
export type ChannelConfig = RouteConfig['to'][number]
export type ForwardConfig = Config['forwards'][string]
