import type { IntakeOutcome, NewLine } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { ServiceOutput } from '@gantry/delivery'
import { readServiceLine, type ScrubSettings, scrubberFor, scrubLine } from '@gantry/ingest'
import { ingestConfigs } from '../ingest/ingest-configs.ts'
import type { IntakeCounter } from '../ingest/intake-counter.ts'
import { type Batcher, createBatcher } from './batcher.ts'

export interface ServiceOutputParts {
  project: string
  config(): Promise<Config | null>
  /** Answers when they are stored. */
  storeLines(lines: NewLine[]): Promise<void>
  forwards: { addOutput(lines: NewLine[]): Promise<void> }
  intakeCounter: Pick<IntakeCounter, 'add'>
  onError(cause: unknown): void
}

const afterMs = 200

/** Keeps what services write to their output as lines: scrubbed and counted as what clients send is, though it is no request of any. */
export function createServiceOutput(parts: ServiceOutputParts): Batcher<ServiceOutput> {
  const settingsOf = ingestConfigs(parts.config)
  const count = (outcome: IntakeOutcome, reason: string, quantity: number) =>
    parts.intakeCounter.add({ project: parts.project, protocol: 'output', keyId: '' }, [
      { category: 'log_item', outcome, reason, quantity },
    ])
  return createBatcher<ServiceOutput>({
    afterMs,
    async write(output) {
      const { scrub } = await settingsOf(parts.project)
      const scrubbedLines = output.map(said => scrubLine(lineOf(said, scrub), scrub))
      const lines = scrubbedLines.map(({ line }) => line)
      // What is stored and fails behind that would be stored twice: sent on twice is what happens there anyway.
      await parts.forwards.addOutput(lines)
      await parts.storeLines(lines)
      count('taken', '', lines.length)
      for (const { scrubbed } of scrubbedLines)
        for (const [kind, quantity] of Object.entries(scrubbed ?? {})) count('scrubbed', kind, quantity)
    },
    onDropped: ({ length }) => count('dropped', 'overloaded', length),
    onError: parts.onError,
  })
}

function lineOf(
  { project, environment, release, service, stream, text, at }: ServiceOutput,
  scrub: ScrubSettings,
): NewLine {
  return { project, environment, release, service, ...readServiceLine(text, stream, at, scrubberFor(scrub).json) }
}
