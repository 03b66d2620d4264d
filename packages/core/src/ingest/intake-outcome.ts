import * as z from 'zod'

/**
 * What became of something a client reported: stored, or dropped by Gantry; or dropped by the client itself, as its report
 * of discarded events says. `scrubbed` counts values that were taken out of what was stored.
 */
export const IntakeOutcome = z.enum(['taken', 'dropped', 'dropped-by-client', 'scrubbed'])
export type IntakeOutcome = z.output<typeof IntakeOutcome>

/** What came through a protocol with a key within an hour, of one category, and what became of it. */
export const IntakeCount = z.object({
  project: z.string(),
  protocol: z.string(),
  /** Id of the ingest key; empty where a protocol has none, or nobody has it. */
  keyId: z.string(),
  category: z.string().describe('what it is, in the words of the client: error, session, transaction, …'),
  outcome: IntakeOutcome,
  reason: z.string().describe('why it was dropped; empty when it was taken'),
  /** Start of the hour. */
  hour: z.iso.datetime(),
  quantity: z.int(),
})
export type IntakeCount = z.output<typeof IntakeCount>

export interface IntakeCountStore {
  /** Adds to what was counted in the same hour. */
  add(counts: readonly IntakeCount[]): Promise<void>
  /** Sums of the hours since then, largest first. */
  since(project: string, from: string): Promise<Omit<IntakeCount, 'hour'>[]>
}
