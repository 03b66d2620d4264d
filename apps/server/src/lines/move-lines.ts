import type { ServiceLine } from '@gantry/core'
import type { FormerLines } from '@gantry/store'
import type { LinesMovedTo } from './open-lines.ts'

export interface MoveParts {
  former: FormerLines
  movedTo: LinesMovedTo
  projects: readonly string[]
  signal: AbortSignal
  say(line: string): void
  now(): Date
}

const sayEveryMs = 10_000

/**
 * Lines that are in the database of a server that keeps them elsewhere go there, once: what a former Gantry kept, or servers that
 * worked side by side. The newest first. One that is cut off goes on at the next start, and writes none twice.
 */
export async function moveLines({ former, movedTo, projects, signal, say, now }: MoveParts): Promise<void> {
  const total = await former.count()
  if (total === 0) return
  say(`moving ${total} log lines out of the database`)
  let moved = 0
  let saidMs = now().getTime()
  for (const project of projects)
    for (;;) {
      const lines = await former.newest(project)
      if (lines.length === 0 || signal.aborted) break
      await movedTo.moveIn(project, lines.map(movedLine))
      await former.remove(project, lines)
      moved += lines.length
      if (now().getTime() - saidMs < sayEveryMs) continue
      saidMs = now().getTime()
      say(`moved ${moved} of ${total} log lines`)
    }
  if (!signal.aborted) say(`moved ${moved} of ${total} log lines: they are where new ones go`)
}

/** Ids here are by time; a former one says which of them are there already. */
const movedLine = ({ id: formerId, ...line }: ServiceLine) => ({ formerId, line })
