import { posix } from 'node:path'
import { type ErrorEvent, type ExceptionFact, type Frame, onceOf } from '@gantry/core'
import { isIgnored, originalPositionFor, sourceContentFor, type TraceMap } from '@jridgewell/trace-mapping'
import { enclosingFunction } from './enclosing-function.ts'

/** A map, and where the file it is of lies in the repository: `apps/builder/dist/assets/index-BxY12ab3.js`. */
export interface FoundMap {
  map: TraceMap
  file: string
  /** Folder of the service in the repository; empty: nobody says. */
  root: string
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
export const hasBundles = (event: ErrorEvent): boolean =>
  event.exceptions.some(({ frames }) => onceOf(frames, areOfBundles))

const areOfBundles = (frames: readonly Frame[]): boolean => frames.some(isOfBundle)

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

function originalOf(frame: Frame, { map, file, root }: FoundMap): Frame | null {
  if (frame.line === null || frame.column === null) return null
  const found = placeOf(map, frame.line, Math.max(0, frame.column - 1))
  if (found === null) return null
  const { source, isForeign, line, column, lines } = found
  const path = pathOf(source, isByWebpack(map) ? root : posix.dirname(file), root)
  return {
    file: path,
    function: enclosingFunction(lines, line) ?? (isMinified(frame.function) ? null : frame.function),
    line,
    column: column + 1,
    isInApp: !isForeign && !/(?:^|\/)node_modules\//.test(path) && !isOfBundler(source),
    context: contextOf(lines, line),
  }
}

interface Place {
  /** As the map names it. */
  source: string
  /** Of a package, says the map. */
  isForeign: boolean
  line: number
  column: number
  /** Of the source; empty where the map does not hold it. */
  lines: string[]
}

/**
 * A function that the bundler wrote where it is called, `(e => …)(cart)`, is called at its end: what is mapped there is its last
 * brace, and the call is what comes next, behind as much as `})(`.
 */
function placeOf(map: TraceMap, line: number, column: number): Place | null {
  const found = placeAt(map, line, column)
  if (!endsFunction(found)) return found
  for (let behind = 1; behind <= 3; behind++) {
    const next = placeAt(map, line, column + behind)
    if (next !== null && !endsFunction(next)) return next
  }
  return found
}

/** On a brace, or right behind it at the end of its line: as each bundler has it. */
function endsFunction(place: Place | null): boolean {
  const text = place?.lines[place.line - 1] ?? ''
  const at = place?.column ?? 0
  return text[at] === '}' || (text[at - 1] === '}' && at === text.length)
}

function placeAt(map: TraceMap, generated: number, at: number): Place | null {
  const { source, line, column } = originalPositionFor(map, { line: generated, column: at })
  if (source === null || line === null || column === null) return null
  const lines = sourceContentFor(map, source)?.split('\n') ?? []
  return { source: nameOf(map, source), isForeign: isIgnored(map, source), line, column, lines }
}

/** A name that begins with a scheme is no address: what leads up from there is not to be resolved. */
function nameOf({ sources, resolvedSources, sourceRoot }: TraceMap, resolved: string): string {
  const name = sources[resolvedSources.indexOf(resolved)] ?? resolved
  return sourceRoot && !/^[a-z]+:\/\//.test(name) ? `${sourceRoot.replace(/\/?$/, '/')}${name}` : name
}

/** What a bundler adds of its own: `webpack://shop/webpack/bootstrap`, `turbopack:///[turbopack]/browser/runtime.ts`. */
const isOfBundler = (source: string): boolean =>
  /^(?:webpack:\/\/[^/]*\/(?:webpack\/|\(webpack\))|turbopack:\/\/.*\[turbopack\]\/)/.test(source)

/** Its names begin in the folder of the package: `./src/cart.ts`. Sentry's plugin takes the scheme away that says so. */
const isByWebpack = ({ sources }: TraceMap): boolean => sources.some(source => source?.startsWith('./'))

/**
 * Sources are named from a folder, or by a scheme of the bundler: webpack from the folder of the package
 * (`webpack://shop/./src/cart.ts`), Turbopack from the root of the workspace (`turbopack:///[project]/apps/web/cart.ts`).
 */
function pathOf(source: string, from: string, root: string): string {
  const [scheme] = /^(?:webpack|turbopack|ng|rollup|vite|file|app):\/\/(?:\/|[^/]*\/)?/.exec(source) ?? []
  const named = source.slice(scheme?.length ?? 0).replace(/\?.*$/, '')
  if (named.startsWith('[project]/')) return named.slice('[project]/'.length)
  const path = posix.join(scheme === undefined ? from : scheme.startsWith('webpack:') ? root : '', named)
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
