import * as z from 'zod'

/** A port of `GANTRY_SYSLOG`. */
export const SyslogListenerView = z.object({
  address: z.string().describe('`tls://` or `tcp://`, host and port'),
  project: z.string().nullable().describe('whose lines those are that show no key; null: they are refused'),
  service: z.string().nullable(),
  connections: z.int(),
  taken: z.int().describe('lines that were stored since the server started'),
  refused: z.int().describe('lines that were not'),
  lastRefusal: z.object({ at: z.iso.datetime(), why: z.string() }).nullable(),
})
export type SyslogListenerView = z.output<typeof SyslogListenerView>

/** A server of this database that lives. */
export const ServerView = z.object({
  host: z.string().describe('its name, for people'),
  role: z.enum(['all', 'web', 'worker']).describe('answers, works on projects, or both'),
  address: z.string().nullable().describe('where it is reached; null until it listens'),
  startedAt: z.iso.datetime(),
  isThis: z.boolean().describe('whether it is the one that answers'),
  projects: z.array(z.string()).describe('those of your projects that it works on'),
  syslog: z
    .array(SyslogListenerView)
    .default([])
    .describe('where it takes messages of syslog; said by the one that answers, of itself'),
})
export type ServerView = z.output<typeof ServerView>

export const Servers = z.object({ servers: z.array(ServerView) })
