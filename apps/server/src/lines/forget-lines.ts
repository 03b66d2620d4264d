import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { KeepLines, KeptDay, LineStore, Objects } from '@gantry/core'
import { bytesOfSize, durationMs, type KeepConfig } from '@gantry/core/config'
import { everyLine, ndjsonOf } from '../http/routes/log-export.ts'

export interface ForgetLinesParts {
  lines: Pick<LineStore, 'forget' | 'kept' | 'search'>
  objects: Pick<Objects, 'put'>
  log: { error(facts: object, message: string): void; info(facts: object, message: string): void }
  now(): Date
}

const dayMs = 86_400_000

/** Deletes the days of lines that are too old or too much. Where the config says so each is exported first, or stays. */
export async function forgetLines(
  project: string,
  { lines: keptFor, linesSize, linesExport }: KeepConfig,
  { lines, objects, log, now }: ForgetLinesParts,
): Promise<void> {
  // By whole days: of a day that went in parts the file would be written again without those that are gone.
  const sinceMs = Math.floor((now().getTime() - durationMs(keptFor)) / dayMs) * dayMs
  const keep = {
    since: new Date(sinceMs).toISOString(),
    bytes: linesSize === undefined ? null : bytesOfSize(linesSize),
  }
  if (linesExport)
    try {
      for (const { day } of goingDays(await lines.kept(project), keep)) {
        const { key, bytes } = await exportDay(project, day, { lines, objects, now })
        log.info({ project, day, key, bytes }, 'log lines of a day were exported')
      }
    } catch (cause) {
      return log.error({ err: cause, project }, 'log lines could not be exported, so none of them are deleted')
    }
  for (const gone of await lines.forget(project, keep))
    log.info({ project, ...gone }, 'log lines of a day were deleted')
}

/** Those that `LineStore.forget` deletes; the last one stays whatever it takes. */
function goingDays(kept: readonly KeptDay[], keep: KeepLines): KeptDay[] {
  let bytes = kept.reduce((sum, day) => sum + (day.bytes ?? 0), 0)
  return kept.filter((day, index) => {
    const isOld = Date.parse(`${day.day}T00:00:00.000Z`) + dayMs <= Date.parse(keep.since)
    const isTooMuch = keep.bytes !== null && bytes > keep.bytes && index < kept.length - 1
    if (isOld || isTooMuch) bytes -= day.bytes ?? 0
    return isOld || isTooMuch
  })
}

async function exportDay(
  project: string,
  day: string,
  { lines, objects, now }: Pick<ForgetLinesParts, 'lines' | 'objects' | 'now'>,
) {
  const from = `${day}T00:00:00.000Z`
  const range = { term: null, from, to: new Date(Date.parse(from) + dayMs).toISOString() }
  const packed = createGzip()
  // A line that comes late begins the day anew: what it is exported to is another file, and the first one stays.
  const key = `projects/${project}/lines/${day}/${now().toISOString().replaceAll(':', '-')}.ndjson.gz`
  try {
    const [{ bytes }] = await Promise.all([
      objects.put(key, packed),
      pipeline(Readable.from(ndjsonOf(everyLine(lines, project, range))), packed),
    ])
    return { key, bytes }
  } finally {
    // Whichever of the two failed, the other ends with it.
    packed.destroy()
  }
}
