import { posix } from 'node:path'
import type { ErrorEvent, ExceptionFact, Frame } from '@gantry/core'
import { originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping'
import { enclosingFunction } from './enclosing-function.ts'

/** A map, and where the file it is of lies in the repository: `apps/builder/dist/assets/index-BxY12ab3.js`. */
export interface FoundMap {
  map: TraceMap
  file: string
}

/** @param file of a frame, as the client said it; null: no map is known for it */
export type FindMap = (file: string) => Promise<FoundMap | null>

const around = 5
/** A stack may be as long, but what is shown and grouped are those nearest the fault. */
const mostMapped = 50

/**
 * The event with the frames of its bundles as frames of the sources they were built from: file within the repository, function,
 * line, and the code around it. A frame that no map knows stays as it came.
 */
export async function mapFrames(event: ErrorEvent, find: FindMap): Promise<ErrorEvent> {
  const exceptions = await Promise.all(
    event.exceptions.map(async exception => ({ ...exception, frames: await mapped(exception, find) })),
  )
  return { ...event, exceptions }
}

/** Whether looking for maps could be of use. */
export const hasBundles = (event: ErrorEvent): boolean => event.exceptions.some(({ frames }) => frames.some(isOfBundle))

/** A file of JavaScript at a column: lines of bundles are long, and without a column there is nothing to look up. */
const isOfBundle = ({ file, line, column }: Frame): boolean =>
  line !== null && column !== null && /\.[cm]?js(?:[?#]|$)/.test(file)

async function mapped({ frames }: ExceptionFact, find: FindMap): Promise<Frame[]> {
  const first = Math.max(0, frames.length - mostMapped)
  return Promise.all(
    frames.map(async (frame, index) => {
      if (index < first || !isOfBundle(frame)) return frame
      const found = await find(frame.file)
      return found === null ? frame : (originalOf(frame, found) ?? frame)
    }),
  )
}

function originalOf(frame: Frame, { map, file }: FoundMap): Frame | null {
  if (frame.line === null || frame.column === null) return null
  const { source, line, column } = originalPositionFor(map, { line: frame.line, column: Math.max(0, frame.column - 1) })
  if (source === null || line === null || column === null) return null
  const text = map.sourcesContent?.[map.sources.indexOf(source)] ?? null
  const lines = text?.split('\n') ?? []
  const path = pathOf(source, file)
  return {
    file: path,
    function: enclosingFunction(lines, line) ?? (isMinified(frame.function) ? null : frame.function),
    line,
    column: column + 1,
    isInApp: !/(?:^|\/)node_modules\//.test(path) && !path.startsWith('webpack/'),
    context: contextOf(lines, line),
  }
}

/** Sources are named from where the map lies, or by the bundler's own scheme: `webpack://shop/./src/cart.ts`. */
function pathOf(source: string, file: string): string {
  const named = source.replace(/^(?:webpack|turbopack|ng|rollup|vite|file|app):\/\/(?:\/|[^/]*\/)?/, '')
  if (named !== source) return posix.normalize(named.replace(/\?.*$/, ''))
  const path = posix.join(posix.dirname(file), source.replace(/\?.*$/, ''))
  // What leads out of the repository was built elsewhere; the rest of its name is all that can be said.
  return path.replace(/^(?:\.\.\/)+/, '')
}

function contextOf(lines: readonly string[], line: number): Frame['context'] {
  const own = lines[line - 1]
  if (own === undefined) return null
  return {
    pre: lines.slice(Math.max(0, line - 1 - around), line - 1),
    line: own,
    post: lines.slice(line, line + around),
  }
}

const isMinified = (name: string | null): boolean => name === null || /^(?:[\w$]{1,2}\.)?[\w$]{1,2}$/.test(name)
