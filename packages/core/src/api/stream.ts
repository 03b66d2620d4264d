import * as z from 'zod'

/**
 * One live event on `/api/v1/stream` (server-sent events; `id:` is the sequence number, for Last-Event-ID).
 * `topic` names what changed, `key` which one; the client fetches it anew, or appends `lines`.
 */
export const StreamEvent = z.object({
  topic: z.enum([
    'line',
    'run',
    'run-log',
    'release',
    'deployment',
    'promotion',
    'preview',
    'issue',
    // Something was noticed of an issue that rules have to be asked about.
    'issue-turn',
    'log',
    'search',
    'monitor',
    'incident',
    // Something waits to be sent to a channel.
    'notice',
    // Something waits to be sent on to another service.
    'forward',
    'github',
    'runner',
    'ledger',
    // Somebody may do more or less now: streams look again who reads them.
    'access',
  ]),
  project: z.string().describe('whose project it is in; a stream carries those its reader may see'),
  key: z.string(),
  /** For run-log: the job. */
  part: z.string().optional(),
  /** For run-log and log: what was written. */
  lines: z.array(z.unknown()).optional(),
})
export type StreamEvent = z.output<typeof StreamEvent>
