import type { AlertConfig, GateConfig } from '@gantry/core/config'
import type { ConfigInput } from './schema.ts'

export { env } from '@gantry/core/config'
export * from '@gantry/delivery/settings/providers'
export * from '@gantry/watch/settings/channels'
export * from '@gantry/watch/settings/probes'

/** Says what a `gantry.config.ts` may hold, so that an editor completes and checks it. Changes nothing. */
export const defineConfig = (config: ConfigInput): ConfigInput => config

/** The commit's required workflow is green. */
export const ciGreen = (o: { workflow?: string } = {}): GateConfig => ({
  gate: 'ciGreen',
  workflow: o.workflow ?? 'ci.yml',
})
/** The end-to-end job of the run that asks for the promotion is green. */
export const e2eGreen = (o: { job?: string } = {}): GateConfig => ({ gate: 'e2eGreen', job: o.job ?? 'e2e' })
/** The release has been live in the environment before for that long. */
export const soak = (duration: string): GateConfig => ({ gate: 'soak', for: duration })
/** No issue was seen for the first time with this release. */
export const noNewIssues = (): GateConfig => ({ gate: 'noNewIssues' })
/** The release that runs now can still work with the schema afterwards, so that a rollback stays possible. */
export const migrationsSafe = (): GateConfig => ({ gate: 'migrationsSafe' })

type RuleOptions = { severity?: 'critical' | 'warning' | 'info'; environments?: string[] }

/** Fires when the share of failed requests and error events is above a share, or a multiple of the usual. */
export const errorRate = (
  o: { over?: string; above?: number | string; minimumRequests?: number } & RuleOptions = {},
): AlertConfig => ({
  rule: 'errorRate',
  over: '5m',
  above: '3x',
  minimumRequests: 20,
  severity: 'critical',
  environments: ['production'],
  ...o,
})

/** Fires when a monitor has been down for that long. */
export const down = (monitor: string, o: { for?: string } & RuleOptions = {}): AlertConfig => ({
  rule: 'down',
  monitor,
  for: '1m',
  severity: 'critical',
  environments: ['production'],
  ...o,
})
