import * as z from 'zod'
import { DurationField, durationMs } from '../../config/duration-field.ts'
import { reference } from '../../config/reference.ts'
import { defineRule, type RuleOptions, ruleFields } from './define-rule.ts'

/** Fires when a monitor has been down for that long. */
export const down = defineRule({
  name: 'down',
  word: (monitor: string, o: { for?: string } & RuleOptions = {}) => ({ rule: 'down' as const, monitor, ...o }),
  schema: z.strictObject({
    rule: z.literal('down').describe('a monitor is down'),
    monitor: reference('monitor').describe('name of the monitor'),
    for: DurationField.default('1m').describe('how long before it fires'),
    ...ruleFields,
  }),
  env: () => [],
  docs: {
    title: 'A monitor is down',
    about: 'Fires when a monitor has been down for that long.',
    examples: [['home'], ['home', { for: '2m', severity: 'warning' }]],
  },
  facts: ({ monitor }) => ({ monitor: { name: monitor } }),
  decide({ for: duration }, { monitor }, { open }) {
    const forMs = durationMs(duration)
    // What is not probed any more may be so for a moment: a service that is being put elsewhere.
    const unknown = open.map(({ service, summary }) => ({ service, isTrue: null, forMs, summary }))
    if (!monitor) return { conditions: unknown, againInMs: null }
    const isTrue = monitor.state === 'unknown' ? null : monitor.state === 'down'
    const summary = `${monitor.name} is down: ${monitor.last?.error ?? 'no answer'}`
    return { conditions: [{ service: monitor.service, isTrue, forMs, summary }], againInMs: null }
  },
})
