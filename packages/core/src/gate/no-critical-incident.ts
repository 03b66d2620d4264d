import * as z from 'zod'
import { defineGate } from './define-gate.ts'

/** No critical incident is open where the release is to go. */
export const noCriticalIncident = defineGate({
  name: 'noCriticalIncident',
  word: () => ({ gate: 'noCriticalIncident' as const }),
  schema: z.strictObject({
    gate: z.literal('noCriticalIncident').describe('no critical incident is open where the release is to go'),
  }),
  env: () => [],
  docs: {
    title: 'No critical incident',
    about:
      'No critical incident is open in the environment the release is to go to. An owner may override it for the release that mends one.',
    examples: [[]],
  },
  facts: ['incidents'],
  overridable: true,
  decide(_settings, { incidents }, { environment }) {
    const title = `No critical incident in ${environment}`
    const [first, ...others] = incidents.filter(
      each => each.environment === environment && each.severity === 'critical' && each.state !== 'resolved',
    )
    if (!first) return { title, state: 'met', detail: 'none is open', evidence: '/incidents' }
    const more = others.length > 0 ? `, and ${others.length} more` : ''
    const detail = `incident ${first.number} is ${first.state}: ${first.title}${more}`
    const next = 'resolve it; if this release mends it, an owner overrides the gate'
    return { title, state: 'unmet', detail, evidence: `/incidents/${first.number}`, next }
  },
})
