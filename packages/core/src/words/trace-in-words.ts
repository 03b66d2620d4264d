import type { TraceView } from '../api/traces.ts'
import { counted } from './counted.ts'

/** `0.42 ms`, `12.3 ms`, `843 ms`, `1.24 s`, `3 min 12 s`: as exact as it helps. */
export function spanTime(ms: number): string {
  if (ms < 10) return `${trimmed(ms, 2)} ms`
  if (ms < 100) return `${trimmed(ms, 1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${trimmed(ms / 1_000, 2)} s`
  const seconds = Math.round(ms / 1_000)
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)]
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${seconds % 60} s`
}

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)))

/** What a reader has to know before believing the picture, in sentences. */
export function traceNotes(trace: TraceView): string[] {
  const { spans, leftOut, services, missingParents, circles, lines } = trace
  const all = spans.length + leftOut.spans
  const isOne = missingParents === 1
  return [
    ...(spans.length === 0 ? ['No span of it is kept: its times are those of its errors and lines.'] : []),
    ...(leftOut.spans > 0
      ? [
          `${leftOut.spans.toLocaleString('en-GB')} of ${counted(all, 'span')} are left out: the shortest of those that did not fail.`,
        ]
      : []),
    ...(missingParents > 0
      ? [
          `${counted(missingParents, 'span')} ${isOne ? 'names a parent' : 'name parents'} that did not arrive, and ${isOne ? 'stands' : 'stand'} at the top.`,
        ]
      : []),
    ...(circles > 0
      ? [
          `${counted(circles, 'span')} led back to ${circles === 1 ? 'itself' : 'themselves'}, and ${circles === 1 ? 'was' : 'were'} cut out to stand at the top.`,
        ]
      : []),
    ...services.flatMap(clockNote),
    ...(leftOut.events > 0
      ? [`${counted(leftOut.events, 'further error')} of it ${leftOut.events === 1 ? 'is' : 'are'} not shown.`]
      : []),
    ...(leftOut.lines
      ? [`It has more lines than the newest ${lines.length.toLocaleString('en-GB')} that are shown.`]
      : []),
  ]
}

const clockNote = ({ service, clockMs }: TraceView['services'][number]): string[] =>
  clockMs === 0
    ? []
    : [
        `The clock of ${service ?? 'a service without a name'} is ${spanTime(Math.abs(clockMs))} ${clockMs > 0 ? 'behind' : 'ahead'}: its spans are moved into the calls that led to them.`,
      ]

/** `live for 4 min 2 s by then`, `went live 120 ms into it`. */
export const liveInTrace = (startMs: number): string =>
  startMs <= 0 ? `live for ${spanTime(-startMs)} by then` : `went live ${spanTime(startMs)} into it`
