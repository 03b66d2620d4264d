import { durationMs } from '../config/duration-field.ts'
import { instantMs, spokenDuration } from '../duration/instant.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './gate.ts'

/** The release has been live in the environment before for that long. */
export const soak = defineGate({
  gate: 'soak',
  judge(facts, settings, now) {
    const where = facts.from?.environment ?? 'the environment before'
    const result = { gate: 'soak', title: `${settings.for} on ${where}`, evidence: `/releases/${facts.release.id}` }
    if (!facts.from) return { ...result, state: 'unmet', detail: 'there is no environment before this one' }
    const { release, since } = facts.from
    if (release === null || since === null)
      return { ...result, state: 'waiting', detail: `nothing is live on ${where}` }
    if (release !== facts.release.id) {
      return { ...result, state: 'unmet', detail: `${where} runs ${shortSha(release)} now` }
    }
    const leftMs = instantMs(since) + durationMs(settings.for) - instantMs(now)
    if (leftMs > 0) return { ...result, state: 'waiting', detail: `${spokenDuration(leftMs)} to go` }
    return { ...result, state: 'met', detail: `live on ${where} since ${since}` }
  },
})
