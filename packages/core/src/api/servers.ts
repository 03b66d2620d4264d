import * as z from 'zod'

/** A server of this database that lives. */
export const ServerView = z.object({
  host: z.string().describe('its name, for people'),
  role: z.enum(['all', 'web', 'worker']).describe('answers, works on projects, or both'),
  address: z.string().nullable().describe('where it is reached; null until it listens'),
  startedAt: z.iso.datetime(),
  isThis: z.boolean().describe('whether it is the one that answers'),
  projects: z.array(z.string()).describe('those of your projects that it works on'),
})
export type ServerView = z.output<typeof ServerView>

export const Servers = z.object({ servers: z.array(ServerView) })
