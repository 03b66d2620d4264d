import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Deletion, goingDays, type LineStore, type Objects } from '@gantry/core'
import { bytesOfSize, durationMs, type KeepConfig } from '@gantry/core/config'
import { everyLine, ndjsonOf } from '../http/routes/log-export.ts'

export interface ForgetLinesParts {
  lines: Pick<LineStore, 'forget' | 'kept' | 'search'>
  objects: Pick<Objects, 'put'>
  /** Writes down what went. */
  note(deletion: Deletion): Promise<void>
  log: { error(facts: object, message: string): void; info(facts: object, message: string): void }
  now(): Date
}

const dayMs = 86_400_000

/**
 * Deletes the days of lines that are too old or too much. Where the config says so each is exported first, or stays; so does one to which
 * lines came that were not exported.
 */
export async function forgetLines(
  project: string,
  { lines: keptFor, linesSize, linesExport }: KeepConfig,
  { lines, objects, note, log, now }: ForgetLinesParts,
): Promise<void> {
  // By whole days: of a day that went in parts the file would be written again without those that are gone.
  const sinceMs = Math.floor((now().getTime() - durationMs(keptFor)) / dayMs) * dayMs
  const keep = {
    since: new Date(sinceMs).toISOString(),
    bytes: linesSize === undefined ? null : bytesOfSize(linesSize),
  }
  for (const { day, lines: counted, bytes, why } of goingDays(await lines.kept(project), keep)) {
    let most = counted
    const exports: string[] = []
    if (linesExport)
      try {
        const { exported, ...file } = await exportDay(project, day, { lines, objects, now })
        log.info({ project, day, lines: exported, ...file }, 'log lines of a day were exported')
        most = exported
        exports.push(file.key)
      } catch (cause) {
        log.error({ err: cause, project, day }, 'log lines could not be exported, so this day and later ones stay')
        return
      }
    const [gone] = await lines.forget(project, [{ day, lines: most, bytes }])
    if (gone) {
      log.info({ project, ...gone }, 'log lines of a day were deleted')
      const at = now().toISOString()
      await note({ kind: 'lines', day, count: gone.lines, bytes: gone.bytes, why, exports, at })
    } else
      log.info({ project, day }, 'more log lines of a day came while it was deleted, so it stays until the next time')
  }
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
  let exported = 0
  async function* counted() {
    for await (const page of everyLine(lines, project, range)) {
      exported += page.length
      yield page
    }
  }
  try {
    const [{ bytes }] = await Promise.all([
      objects.put(key, packed),
      pipeline(Readable.from(ndjsonOf(counted())), packed),
    ])
    return { key, bytes, exported }
  } finally {
    // Whichever of the two failed, the other ends with it.
    packed.destroy()
  }
}
