import * as z from 'zod'
import { DurationField } from './duration-field.ts'

/** Provider settings carry their type in `provider`; the provider itself knows the rest and checks it. */
export const ProviderSettings = z.looseObject({ provider: z.string() })

export const ServiceConfig = z.strictObject({
  path: z.string().describe('folder of the service in the repository'),
  artifact: z.string().optional().describe('folder the build leaves, packed into the release'),
  health: z.string().startsWith('/').optional().describe('path answered with 2xx when the service can take requests'),
  needs: z.array(z.string()).default([]).describe('services that must be live before this one'),
  deploy: ProviderSettings,
})
export type ServiceConfig = z.output<typeof ServiceConfig>

export const GateConfig = z.discriminatedUnion('gate', [
  z.strictObject({ gate: z.literal('ciGreen'), workflow: z.string().default('ci.yml') }),
  z.strictObject({ gate: z.literal('e2eGreen'), job: z.string().default('e2e') }),
  z.strictObject({ gate: z.literal('soak'), for: DurationField }),
  z.strictObject({ gate: z.literal('noNewIssues') }),
  z.strictObject({ gate: z.literal('migrationsSafe') }),
])
export type GateConfig = z.output<typeof GateConfig>

export const EnvironmentConfig = z.strictObject({
  on: z.string().optional().describe('branch whose pushes are deployed here'),
  from: z.string().optional().describe('environment a release must have been live in before'),
  approvals: z.int().min(0).max(10).default(0).describe('people who must say yes'),
  allowSelfApproval: z.boolean().default(false).describe("whether the commit's author may approve it"),
  approvalExpires: DurationField.default('7d'),
  gates: z.array(GateConfig).default([]),
  verdict: z
    .strictObject({
      minimumRequests: z
        .int()
        .min(1)
        .default(50)
        .describe('answers the new release must have given before it is judged'),
      within: DurationField.default('10m').describe('after this the verdict is inconclusive'),
      falseAlarms: z
        .number()
        .positive()
        .max(0.2)
        .default(0.01)
        .describe('probability that a sound release is called worse'),
      rollback: z.boolean().default(true).describe('whether `worse` puts the former release back'),
    })
    .prefault({}),
})
export type EnvironmentConfig = z.output<typeof EnvironmentConfig>

export const MonitorConfig = z.strictObject({
  type: z.literal('http'),
  service: z.string().optional().describe('probed in every environment; or give `url`'),
  path: z.string().startsWith('/').default('/'),
  url: z.url().optional(),
  every: DurationField.default('30s'),
  timeout: DurationField.default('5s'),
  confirmations: z.int().min(1).max(10).default(2),
})
export type MonitorConfig = z.output<typeof MonitorConfig>

export const AlertConfig = z.discriminatedUnion('rule', [
  z.strictObject({
    rule: z.literal('errorRate'),
    over: DurationField.default('5m'),
    above: z
      .union([z.number().positive().max(1), z.string().regex(/^\d+(\.\d+)?x$/)])
      .default('3x')
      .describe('a share of requests (0.05), or a multiple of the usual rate (3x)'),
    minimumRequests: z.int().min(1).default(20),
    severity: z.enum(['critical', 'warning', 'info']).default('critical'),
    environments: z.array(z.string()).default(['production']),
  }),
  z.strictObject({
    rule: z.literal('down'),
    monitor: z.string(),
    for: DurationField.default('1m'),
    severity: z.enum(['critical', 'warning', 'info']).default('critical'),
    environments: z.array(z.string()).default(['production']),
  }),
])
export type AlertConfig = z.output<typeof AlertConfig>

export const ChannelConfig = z.looseObject({ type: z.string(), name: z.string() })
export type ChannelConfig = z.output<typeof ChannelConfig>

export const RouteConfig = z.strictObject({
  severity: z.enum(['critical', 'warning', 'info']).optional(),
  to: z.array(ChannelConfig).min(1),
})
export type RouteConfig = z.output<typeof RouteConfig>

/** What `gantry.config.ts` exports. */
export const Config = z.strictObject({
  project: z.string().regex(/^[a-z][a-z0-9-]{0,38}$/, 'lower-case letters, digits and dashes, at most 39'),
  services: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), ServiceConfig),
  environments: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), EnvironmentConfig),
  requiredWorkflow: z.string().default('ci.yml').describe('the workflow file that must be green before main moves'),
  monitors: z.record(z.string(), MonitorConfig).default({}),
  alerts: z.record(z.string(), AlertConfig).default({}),
  routes: z.array(RouteConfig).default([]),
  runbooks: z.string().default('docs/runbooks'),
})
export type Config = z.output<typeof Config>
export type ConfigInput = z.input<typeof Config>
