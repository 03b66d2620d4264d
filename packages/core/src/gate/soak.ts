import * as z from 'zod'
import { DurationField, durationMs } from '../config/duration-field.ts'
import { instantMs, spokenDuration } from '../duration/instant.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './define-gate.ts'

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
  decide(settings, { from }, { release, now }) {
    const where = from?.environment ?? 'the environment before'
    const result = { title: `${settings.for} on ${where}`, evidence: `/releases/${release.id}` }
    if (!from) return { ...result, state: 'unmet', detail: 'there is no environment before this one' }
    if (from.release === null || from.since === null)
      return { ...result, state: 'waiting', detail: `nothing is live on ${where}` }
    if (from.release !== release.id)
      return { ...result, state: 'unmet', detail: `${where} runs ${shortSha(from.release)} now` }
    const leftMs = instantMs(from.since) + durationMs(settings.for) - instantMs(now)
    if (leftMs > 0) return { ...result, state: 'waiting', detail: `${spokenDuration(leftMs)} to go`, againInMs: leftMs }
    return { ...result, state: 'met', detail: `live on ${where} since ${from.since}` }
  },
})
