import * as z from 'zod'
import { Severity } from '../alert/alert.ts'

/**
 * What people are told, as facts; each channel finds its own words. An alert that stands without an incident is told
 * as `alert-firing` and `alert-resolved`, an issue that is new or came back as `issue`: they page nobody.
 * `dedupKey` is the same for all notices of one incident, so that a receiver joins them.
 */
export const Notice = z.object({
  kind: z.enum([
    'opened',
    'acknowledged',
    'resolved',
    'reopened',
    'further-sign',
    'rolled-back',
    'not-rolled-back',
    'deployed',
    'approval-wanted',
    'alert-firing',
    'alert-resolved',
    'issue',
    'test',
  ]),
  dedupKey: z.string().max(255),
  project: z.string(),
  severity: Severity,
  title: z.string(),
  environment: z.string(),
  service: z.string().nullable(),
  release: z.string().nullable(),
  incident: z.int().nullable(),
  at: z.iso.datetime(),
  /** Absolute address of the page that shows it. */
  url: z.string(),
  runbookUrl: z.string().nullable(),
  by: z.string().nullable(),
  promotion: z.string().optional().describe('id of the promotion that waits for people; set by approval-wanted'),
})
export type Notice = z.output<typeof Notice>

/** A notice on its way to one channel. It is stored before anything is sent, and sent until it arrives. */
export const OutboxRow = z.object({
  id: z.string(),
  project: z.string(),
  channel: z.string().describe('name of the channel in the settings, e.g. slack:#ops'),
  notice: Notice,
  state: z.enum(['pending', 'sent', 'dead']),
  attempts: z.int(),
  nextAt: z.iso.datetime(),
  lastError: z.string().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
})
export type OutboxRow = z.output<typeof OutboxRow>

/** Why a channel could not be tried: its settings name a variable that this machine does not have. */
export const notSet = (variable: string): string => `${variable}${ending}`
const ending = ' is not set'

/** Whether a notice was given up because its channel is not set up here; false when the channel refused it. */
export const isNotSetUp = ({ state, lastError }: Pick<OutboxRow, 'state' | 'lastError'>): boolean =>
  state === 'dead' && (lastError?.endsWith(ending) ?? false)
