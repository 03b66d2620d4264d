import * as z from 'zod'

export const Frame = z.object({
  file: z.string(),
  function: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  isInApp: z.boolean(),
  context: z.object({ pre: z.array(z.string()), line: z.string(), post: z.array(z.string()) }).nullable(),
})
export type Frame = z.output<typeof Frame>

export const ExceptionFact = z.object({
  type: z.string().nullable(),
  value: z.string(),
  /** The SDK made the stack up where the call was; the type says nothing about the fault. */
  isSynthetic: z.boolean(),
  isHandled: z.boolean(),
  /** Outermost call first, the failing frame last, as the SDKs send them. */
  frames: z.array(Frame),
})
export type ExceptionFact = z.output<typeof ExceptionFact>

/** One error report as received, read from any protocol. */
export const ErrorEvent = z.object({
  /** 32 hex digits, chosen by the client; the same id twice is one event. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  project: z.string(),
  environment: z.string(),
  release: z.string().nullable(),
  service: z.string().nullable(),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']),
  platform: z.string(),
  at: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  message: z.string().nullable(),
  /** What a logger was given before its values were put in: `payment of %s took %d s`. Earlier versions did not keep it. */
  messageTemplate: z.string().nullable().optional(),
  /** Causes first, the one that was thrown last. */
  exceptions: z.array(ExceptionFact),
  fingerprint: z.array(z.string()),
  transaction: z.string().nullable(),
  url: z.string().nullable(),
  user: z.string().nullable().describe('a stable key of the person affected: id, email or address'),
  userNames: z.array(z.string()).optional().describe('by what else they are asked for: e-mail, user name'),
  traceId: z.string().nullable(),
  spanId: z
    .string()
    .nullable()
    .optional()
    .describe('the span of its trace it happened in; earlier versions did not keep it'),
  tags: z.record(z.string(), z.string()),
  breadcrumbs: z.array(
    z.object({
      at: z.string().nullable(),
      category: z.string().nullable(),
      level: z.string().nullable(),
      message: z.string(),
    }),
  ),
  sdk: z.string().nullable(),
})
export type ErrorEvent = z.output<typeof ErrorEvent>

/** A part of what a client sent that is shown as it is: names and values under one heading. */
export const EventSection = z.object({
  title: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
})
export type EventSection = z.output<typeof EventSection>

/** All of what a client sent that its event does not say: nothing is left out, and what nobody knows stands under `other`. */
export const EventDetails = z.object({
  sections: z
    .array(EventSection)
    .describe('person, request, contexts, flags, extra, threads, modules, and what else came'),
  variables: z
    .array(z.array(z.record(z.string(), z.string()).nullable()))
    .describe('values of variables, by exception and frame of the event'),
  trail: z.array(z.string().nullable()).describe('data of each breadcrumb of the event, as JSON'),
})
export type EventDetails = z.output<typeof EventDetails>
