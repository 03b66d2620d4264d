import * as z from 'zod'

export const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
export type LogLevel = z.output<typeof LogLevel>

/** One line a service wrote, with what was read out of it when it was structured. The one schema, whoever sent it. */
export const ServiceLine = z.object({
  id: z.string().describe('sorts by the time of the line; the store makes it'),
  project: z.string(),
  environment: z.string(),
  release: z.string().nullable(),
  service: z.string(),
  at: z.iso.datetime(),
  level: LogLevel,
  message: z.string(),
  trace: z.string().nullable().describe('id of the trace it was written in'),
  fields: z.record(z.string(), z.unknown()),
})
export type ServiceLine = z.output<typeof ServiceLine>

/** A line before it is stored. */
export type NewLine = Omit<ServiceLine, 'id'>
