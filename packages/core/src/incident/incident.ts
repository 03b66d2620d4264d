import * as z from 'zod'
import { Severity } from '../alert/alert.ts'

export const IncidentState = z.enum(['open', 'acknowledged', 'resolved'])
export type IncidentState = z.output<typeof IncidentState>

export const IncidentEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  kind: z.enum([
    'opened',
    'reopened',
    'alert',
    'alert-resolved',
    'paged',
    'page-failed',
    'acknowledged',
    'rollback',
    'verdict',
    'note',
    'step',
    'resolved',
  ]),
  actor: z.string(),
  /** What was done or said, without who: it is read behind the actor's name. */
  text: z.string(),
  /** A dashboard path. */
  link: z.string().nullable(),
})
export type IncidentEntry = z.output<typeof IncidentEntry>

/** One way in which the fault showed. */
export const IncidentSign = z.object({
  rule: z.string().describe('the rule that saw it; `verdict` for the verdict on a release'),
  service: z.string().nullable(),
  of: z.string().describe('id of the alert or deployment'),
  at: z.iso.datetime(),
})
export type IncidentSign = z.output<typeof IncidentSign>

/** What people respond to. */
export const Incident = z.object({
  number: z.int(),
  project: z.string(),
  /** One incident with the same key is open at a time. */
  key: z.string(),
  state: IncidentState,
  severity: Severity,
  title: z.string(),
  environment: z.string(),
  service: z.string().nullable(),
  release: z.string().nullable().describe('the suspected cause'),
  runbook: z.string().nullable().describe('slug'),
  openedAt: z.iso.datetime(),
  acknowledgedAt: z.iso.datetime().nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  resolvedBy: z.string().nullable(),
  signs: z.array(IncidentSign).optional().describe('how it showed, first one first; left out in old incidents'),
  ticked: z.array(z.int()).describe('indices of the runbook steps that are done'),
  version: z.int(),
})
export type Incident = z.output<typeof Incident>

export const Runbook = z.object({
  slug: z.string(),
  title: z.string(),
  alerts: z.array(z.string()),
  severity: Severity.nullable(),
  markdown: z.string().describe('without the front matter'),
})
export type Runbook = z.output<typeof Runbook>
