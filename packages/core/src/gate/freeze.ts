import * as z from 'zod'
import { instantMs, instantOf, spokenDuration } from '../duration/instant.ts'
import { windowAt, windowFault } from '../duration/time-window.ts'
import { isTimeZone } from '../duration/zoned-time.ts'
import { defineGate } from './define-gate.ts'

/** Nothing is promoted from one moment to another: each week, or once. */
export const freeze = defineGate({
  name: 'freeze',
  word: (from: string, until: string, o: { timezone?: string; because?: string } = {}) => ({
    gate: 'freeze' as const,
    from,
    until,
    ...o,
  }),
  schema: z
    .strictObject({
      gate: z.literal('freeze').describe('nothing is promoted from one moment to another'),
      from: z.string().describe('`Fri 16:00` for each week, `2026-12-20 16:00` for once; without a time: at midnight'),
      until: z.string().describe('the first moment after it, written alike'),
      timezone: z
        .string()
        .default('UTC')
        .refine(isTimeZone, { error: 'expected the name of a time zone such as Europe/Berlin' })
        .describe('whose clock is meant: a name such as `Europe/Berlin`'),
      because: z.string().optional().describe('why, for those who wait'),
    })
    .check(context => {
      const fault = windowFault(context.value)
      if (fault === null) return
      context.issues.push({ code: 'custom', message: fault.expected, input: context.value, path: [fault.at] })
    }),
  env: () => [],
  docs: {
    title: 'No freeze',
    about:
      'Nothing is promoted from one moment to another, each week or once, by the clock of a time zone. It holds up what was approved before as well, until its deployment begins. An owner may override it, with a reason.',
    examples: [
      ['Fri 16:00', 'Mon 08:00', { timezone: 'Europe/Berlin' }],
      ['2026-12-20', '2027-01-04', { because: 'nobody is here' }],
    ],
  },
  facts: [],
  overridable: true,
  untilBegun: true,
  decide({ from, until, timezone, because }, _facts, { now }) {
    const nowMs = instantMs(now)
    const { isOpen, changesAtMs } = windowAt({ from, until, timezone }, nowMs)
    const result = { title: `No freeze from ${from} to ${until} (${timezone})`, evidence: null }
    const again = changesAtMs === null ? {} : { againInMs: changesAtMs - nowMs }
    if (!isOpen) {
      const detail = changesAtMs === null ? 'it is over' : `the next one begins at ${instantOf(changesAtMs)}`
      return { ...result, state: 'met', detail, ...again }
    }
    const ends = changesAtMs === null ? '' : `, ${spokenDuration(changesAtMs - nowMs)} to go`
    const detail = `frozen until ${until} (${timezone})${ends}${because ? `: ${because}` : ''}`
    return {
      ...result,
      state: 'waiting',
      detail,
      next: 'wait; what cannot wait, an owner overrides with a reason',
      ...again,
    }
  },
})
