import type * as z from 'zod'
import type { AlertConfig, ChannelConfig, ConfigInput, GateConfig, MonitorConfig, ProviderSettings } from './config.ts'

/** Says what a `gantry.config.ts` may hold, so that an editor completes and checks it. Changes nothing. */
export const defineConfig = (config: ConfigInput): ConfigInput => config

type Provider = z.output<typeof ProviderSettings>

export interface LocalPostgres {
  kind: 'postgres'
  /** Folder of the SQL files, named as the Supabase CLI names them. */
  migrations: string
}
export interface LocalNode {
  kind: 'node'
  /** File inside the artifact, started with PORT set. */
  entry: string
  env?: Record<string, string>
}
export interface LocalStatic {
  kind: 'static'
  /** `/api/*` → name of the service that answers it. */
  rewrites?: Record<string, string>
  /** Names put into `/env.js` for the browser. Never put a secret here. */
  publicEnv?: string[]
  /** Answer unknown paths with index.html. */
  spa?: boolean
}

/** Runs a service on this machine: no account, no container. */
export const local = (settings: LocalPostgres | LocalNode | LocalStatic): Provider => ({
  provider: 'local',
  ...settings,
})

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

/** Probes a path of a service in every environment, or one address. */
export const http = (
  target: { service: string; path?: string } | { url: string },
  o: { every?: string; timeout?: string; confirmations?: number } = {},
): MonitorConfig => ({ type: 'http', path: '/', every: '30s', timeout: '5s', confirmations: 2, ...target, ...o })

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

/** Slack by incoming webhook; the address is read from the environment when a notice is sent. */
export const slack = (channel: string, o: { webhookUrlEnv?: string } = {}): ChannelConfig => ({
  type: 'slack',
  name: `slack:${channel}`,
  webhookUrlEnv: o.webhookUrlEnv ?? 'SLACK_WEBHOOK_URL',
})

/** PagerDuty Events v2; the routing key is read from the environment when a notice is sent. */
export const pagerduty = (o: { routingKeyEnv?: string; name?: string } = {}): ChannelConfig => ({
  type: 'pagerduty',
  name: `pagerduty${o.name ? `:${o.name}` : ''}`,
  routingKeyEnv: o.routingKeyEnv ?? 'PAGERDUTY_ROUTING_KEY',
})

/** A value that differs by machine, read from the environment of the runner: never written into the file. */
export const env = (name: string): string => `\${${name}}`
