import * as z from 'zod'

/** `server`: answers a call; it cannot begin before its caller, nor after it has its answer. */
export const SpanKind = z.enum(['internal', 'server', 'client', 'producer', 'consumer'])
export type SpanKind = z.output<typeof SpanKind>

/** A span as its client tells of it, whichever protocol it came by. */
export interface TracedSpan {
  id: string
  /** Null: it began the trace, or says nothing. */
  parent: string | null
  name: string
  op: string | null
  kind: SpanKind
  service: string | null
  environment: string | null
  release: string | null
  /** Milliseconds since 1970, with fractions; `endMs` is never before. */
  startMs: number
  endMs: number
  hasFailed: boolean
  status: string | null
}

/** A span where it belongs among the others. */
export const PlacedSpan = z.object({
  id: z.string(),
  parent: z.string().nullable().describe('null: it stands at the top'),
  depth: z.int(),
  children: z.int().describe('spans right below it'),
  name: z.string(),
  op: z.string().nullable(),
  kind: SpanKind,
  service: z.string().nullable(),
  environment: z.string().nullable(),
  release: z.string().nullable(),
  startMs: z.number().describe('after the beginning of the trace, its clock corrected'),
  ms: z.number(),
  ownMs: z.number().describe('of that, while no span below it ran'),
  hasFailed: z.boolean(),
  status: z.string().nullable(),
  missingParent: z.string().nullable().describe('the id of its parent, which did not arrive; null: none is missing'),
  isInCircle: z.boolean().describe('the spans above it lead back to it: it was cut out to stand at the top'),
  movedMs: z.number().describe('how far it was moved, because the clock of its service is off'),
})
export type PlacedSpan = z.output<typeof PlacedSpan>
