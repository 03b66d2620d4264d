import * as z from 'zod'

export const AlertState = z.enum(['pending', 'firing', 'resolved'])
export const Severity = z.enum(['critical', 'warning', 'info'])
export type AlertState = z.output<typeof AlertState>
export type Severity = z.output<typeof Severity>

/** A rule that is firing now, or was. `key` says for what: rule, environment, service. */
export const Alert = z.object({
  id: z.string(),
  project: z.string(),
  rule: z.string(),
  key: z.string(),
  state: AlertState,
  severity: Severity,
  environment: z.string(),
  service: z.string().nullable(),
  release: z.string().nullable(),
  summary: z.string(),
  since: z.iso.datetime(),
  firedAt: z.iso.datetime().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  incident: z.int().nullable(),
})
export type Alert = z.output<typeof Alert>

/** Errors and requests of one service and release in one second, as counted by the proxy, or at vendors by who tells of them. */
export const TrafficSample = z.object({
  project: z.string(),
  environment: z.string(),
  service: z.string(),
  release: z.string(),
  /** Start of the second. */
  at: z.iso.datetime(),
  requests: z.int(),
  failures: z.int().describe('answers of 500 and above, and connections that broke'),
  errors: z.int().describe('error events received'),
})
export type TrafficSample = z.output<typeof TrafficSample>
