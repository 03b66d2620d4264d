import * as z from 'zod'
import { DurationField, durationMs } from '../config/duration-field.ts'
import { instantMs, spokenDuration } from '../duration/instant.ts'
import { defineGate } from './define-gate.ts'
import { standsIn } from './stands-in.ts'

/** The release has been live in the environment before for that long. */
export const soak = defineGate({
  name: 'soak',
  word: (duration: string) => ({ gate: 'soak' as const, for: duration }),
  schema: z.strictObject({
    gate: z.literal('soak').describe('live in the environment before for a while'),
    for: DurationField.describe('how long'),
  }),
  env: () => [],
  docs: {
    title: 'Soaked',
    about: 'The release has been live in the environment before for that long.',
    examples: [['15m']],
  },
  facts: ['from'],
  overridable: true,
  decide(settings, { from }, { release, now }) {
    const where = from?.environment ?? 'the environment before'
    const result = { title: `${settings.for} on ${where}`, evidence: `/releases/${release.id}` }
    const standing = standsIn(from, release.id)
    if (standing.kind === 'not-live') return { ...result, ...standing.said }
    const { since } = standing
    const leftMs = instantMs(since) + durationMs(settings.for) - instantMs(now)
    if (leftMs > 0) {
      const detail = `${spokenDuration(leftMs)} to go`
      return { ...result, state: 'waiting', detail, next: 'wait', againInMs: leftMs }
    }
    return { ...result, state: 'met', detail: `live on ${where} since ${since}` }
  },
})
