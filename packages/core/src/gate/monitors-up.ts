import * as z from 'zod'
import { reference } from '../config/reference.ts'
import type { Monitor } from '../monitor/monitor.ts'
import { defineGate } from './define-gate.ts'

/** Every monitor of an environment is up: of the one before, unless another is named. */
export const monitorsUp = defineGate({
  name: 'monitorsUp',
  word: (o: { environment?: string } = {}) => ({ gate: 'monitorsUp' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('monitorsUp').describe('every monitor is up'),
    environment: reference('environment')
      .optional()
      .describe('whose monitors; left out: those of the environment before'),
  }),
  env: () => [],
  docs: {
    title: 'Monitors are up',
    about: 'Every monitor of the environment before is up, or of another environment that is named.',
    examples: [[], [{ environment: 'production' }]],
  },
  facts: ['monitors', 'from'],
  overridable: true,
  decide({ environment }, { monitors, from }) {
    const where = environment ?? from?.environment
    const result = { title: `Monitors are up on ${where ?? 'the environment before'}`, evidence: '/monitors' }
    if (where === undefined) {
      const next = 'say `from` for it in gantry.config.ts, or monitorsUp({ environment })'
      return { ...result, state: 'unmet', detail: 'there is no environment before this one', next }
    }
    const own = monitors.filter(each => each.environment === where)
    if (own.length === 0) {
      const next = 'add `monitors` to gantry.config.ts, or deploy there first'
      return { ...result, state: 'unmet', detail: `nothing is monitored on ${where}`, next }
    }
    const down = own.filter(({ state }) => state === 'down')
    if (down.length > 0) {
      const detail = `${names(down)} ${down.length === 1 ? 'is' : 'are'} down: ${down[0]?.last?.error ?? 'no answer'}`
      return { ...result, state: 'unmet', detail, next: 'find out why, and bring it up again' }
    }
    const unknown = own.filter(({ state }) => state === 'unknown')
    if (unknown.length > 0) {
      const detail = `${names(unknown)} ${unknown.length === 1 ? 'was' : 'were'} not checked yet`
      return { ...result, state: 'waiting', detail, next: 'wait for the next check' }
    }
    return { ...result, state: 'met', detail: `${names(own)} ${own.length === 1 ? 'is' : 'are'} up` }
  },
})

const namesShown = 3

function names(monitors: readonly Monitor[]): string {
  const shown = monitors.slice(0, namesShown).map(({ name }) => name)
  const more = monitors.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
