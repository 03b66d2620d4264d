import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Syslog: by its own listeners, and in the body of a request as Heroku's drains send it. */
export const syslog = defineSettings({
  kind: 'protocol',
  name: 'syslog',
  word: () => ({ protocol: 'syslog' as const }),
  schema: z.strictObject({ protocol: z.literal('syslog').describe('messages of syslog') }),
  env: () => [],
  docs: {
    title: 'Syslog',
    about:
      'Messages of RFC 5424 and RFC 3164: over TCP and TLS where `GANTRY_SYSLOG` says, from rsyslog, syslog-ng, `logger` and whatever else speaks it; by HTTP from Heroku’s drains.',
    examples: [[]],
    link: 'https://www.rfc-editor.org/rfc/rfc5424',
  },
})
