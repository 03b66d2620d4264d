import * as z from 'zod'
import { Deployment } from '../deployment/deployment.ts'
import { Incident } from '../incident/incident.ts'
import { LedgerRow } from '../ledger/ledger.ts'
import { Hold, Promotion } from '../promotion/promotion.ts'
import { SampleView } from './sample.ts'
import { RunSummary } from './views.ts'

/** State of one service in one environment: what runs, how it does. */
export const LineCell = z.object({
  environment: z.string(),
  service: z.string(),
  /** null: nothing was ever live here. */
  release: z.string().nullable(),
  title: z.string().nullable(),
  deploymentId: z.string().nullable(),
  deploymentState: Deployment.shape.state.nullable(),
  since: z.iso.datetime().nullable(),
  health: z.enum(['healthy', 'watching', 'degraded', 'worse', 'down', 'unknown']),
  /** One short sentence behind `health`, e.g. "4.1 % of 312 requests fail, was 0.6 %". */
  healthDetail: z.string(),
  healthWindowMs: z
    .int()
    .optional()
    .describe("requests of so long are judged: the window of the environment's rule for error rates, else 5 minutes"),
  url: z.string().nullable(),
  /** Failed share (0..1) of requests per 10 s, oldest first, last 5 minutes; null where there was no traffic. */
  failureShare: z.array(z.number().nullable()),
  requestsPerMinute: z.number().nullable(),
  /** For a database: the newest migration version. */
  schemaVersion: z.string().nullable(),
})
export type LineCell = z.output<typeof LineCell>

export const LineEnvironment = z.object({
  name: z.string(),
  isProtected: z.boolean().describe('needs approval'),
  current: Deployment.nullable(),
  hold: Hold.nullable(),
  canRollBack: z
    .boolean()
    .describe('nothing is under way, and an earlier release that is not marked bad could be put back'),
  noWayBack: z
    .string()
    .nullable()
    .describe(
      'why nothing could be put back, as it was found last; null where something could, or nothing was live before',
    ),
  commitsAhead: z.int().nullable().describe('releases on main newer than the live one'),
})

export type LineEnvironment = z.output<typeof LineEnvironment>

/** The first screen: a row per service, what is in checks, on staging, in production, health beside each. */
export const Line = z.object({
  project: z.string(),
  services: z.array(z.object({ name: z.string(), kind: z.string() })),
  environments: z.array(LineEnvironment),
  cells: z.array(LineCell),
  /** Newest runs of the required workflow and of deploy.yml, newest first. */
  checks: z.array(RunSummary),
  promotions: z.array(Promotion).describe('those that wait for gates or for people'),
  incidents: z.array(Incident).describe('those not resolved'),
  recent: z.array(LedgerRow).describe('newest first, at most 10'),
  sample: SampleView.optional().describe('left out where the sample product is not brought up'),
  gitRemote: z.string(),
  dsn: z.string(),
  at: z.iso.datetime(),
})
export type Line = z.output<typeof Line>
