import * as z from 'zod'

export const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
export type LogLevel = z.output<typeof LogLevel>

/** One line a service wrote, with what was read out of it when it was structured. */
export const ServiceLine = z.object({
  id: z.string().describe('sorts by time of arrival'),
  project: z.string(),
  environment: z.string(),
  release: z.string().nullable(),
  service: z.string(),
  at: z.iso.datetime(),
  level: LogLevel,
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
})
export type ServiceLine = z.output<typeof ServiceLine>
