import * as z from 'zod'
import { ErrorEvent } from '../event/error-event.ts'
import { ServiceLine } from '../log/service-line.ts'
import { PlacedSpan } from '../trace/traced-span.ts'

/** An error within a trace. */
export const TraceEvent = ErrorEvent.pick({
  ...{ id: true, level: true, at: true, service: true, environment: true, release: true },
}).extend({
  issue: z.int(),
  title: z.string(),
  span: z.string().nullable().describe('the span it happened in; null: it does not say, or is not shown'),
  startMs: z.number().describe('after the beginning of the trace'),
})
export type TraceEvent = z.output<typeof TraceEvent>

/** A log line within a trace. */
export const TraceLine = ServiceLine.omit({ project: true, trace: true, fields: true }).extend({
  span: z.string().nullable().describe('the span it was written in; null: it does not say, or is not shown'),
  startMs: z.number().describe('after the beginning of the trace'),
})
export type TraceLine = z.output<typeof TraceLine>

/** A deployment of an environment the trace passed through: the one that was live, or one that went live within it. */
export const TraceDeployment = z.object({
  id: z.string(),
  environment: z.string(),
  release: z.string(),
  kind: z.enum(['deploy', 'rollback', 'removal']),
  liveAt: z.iso.datetime(),
  startMs: z.number().describe('after the beginning of the trace; negative: it was live before'),
})
export type TraceDeployment = z.output<typeof TraceDeployment>

/** One request on its way through services: its spans as a tree, and what happened meanwhile. */
export const TraceView = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  ms: z.number(),
  spans: z.array(PlacedSpan).describe('each behind its parent, children in the order they began'),
  leftOut: z
    .object({ spans: z.int(), events: z.int(), lines: z.boolean() })
    .describe(
      'what came and is not shown: spans that are short and did not fail, errors, whether there are more lines',
    ),
  services: z.array(
    z.object({
      service: z.string().nullable(),
      spans: z.int(),
      failed: z.int(),
      ownMs: z.number().describe('while none of the spans below ran'),
      clockMs: z.int().describe('how far its spans were moved because its clock is off; 0: they were not'),
    }),
  ),
  missingParents: z.int().describe('spans whose parent did not arrive'),
  circles: z.int().describe('spans that were cut out of a circle'),
  events: z.array(TraceEvent),
  lines: z.array(TraceLine),
  deployments: z.array(TraceDeployment),
})
export type TraceView = z.output<typeof TraceView>

/** All its client said of one span. */
export const SpanDetails = z.object({
  id: z.string(),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })),
  events: z.array(
    z.object({
      name: z.string(),
      at: z.iso.datetime().nullable(),
      facts: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
  links: z.array(z.object({ trace: z.string(), span: z.string() })).describe('spans of other traces it follows from'),
})
export type SpanDetails = z.output<typeof SpanDetails>
