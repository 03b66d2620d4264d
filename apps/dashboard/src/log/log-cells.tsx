import type { ServiceLine } from '@gantry/core/api'
import { columnText, fieldsText, shortSha } from '@gantry/core/words'
import { logLevelFaces } from '../ui/state.ts'
import { roleText } from '../ui/state-mark.tsx'
import { clock, type Zone } from '../ui/time.ts'
import type { Column } from './columns.ts'

const longest = 600

/** What a line is as a whole. */
export function LineCells({ line, zone }: { line: ServiceLine; zone: Zone }) {
  return (
    <>
      <Time line={line} zone={zone} />
      <Level line={line} />
      <span className="w-20 shrink-0 truncate text-muted max-sm:hidden">{line.service}</span>
      <span className="w-14 shrink-0 text-muted max-sm:hidden">{line.release && shortSha(line.release)}</span>
      <span>{line.message.split('\n')[0]?.slice(0, longest)}</span>
      <span className="text-muted">{fieldsText(line).slice(0, longest)}</span>
    </>
  )
}

/** The fields that were chosen, below each other. */
export function ColumnCells({ line, zone, columns }: { line: ServiceLine; zone: Zone; columns: readonly Column[] }) {
  return columns.map(({ name, width }, index) => (
    <span
      key={name}
      className="shrink-0 truncate"
      style={index < columns.length - 1 ? { width: `${width}ch` } : undefined}
    >
      <Cell line={line} zone={zone} name={name} />
    </span>
  ))
}

function Cell({ line, zone, name }: { line: ServiceLine; zone: Zone; name: string }) {
  if (name === 'time') return <Time line={line} zone={zone} />
  if (name === 'level') return <Level line={line} />
  const text = columnText(line, name).split('\n')[0]?.slice(0, longest) ?? ''
  return text === '' ? <span className="text-muted">–</span> : text
}

function Time({ line, zone }: { line: ServiceLine; zone: Zone }) {
  return (
    <time dateTime={line.at} className="text-muted">
      {clock(line.at, { zone, millis: true })}
    </time>
  )
}

function Level({ line }: { line: ServiceLine }) {
  const face = logLevelFaces[line.level]
  return (
    <span className={`w-10 shrink-0 ${roleText[face.role]} ${face.role === 'bad' ? 'font-semibold' : ''}`}>
      {face.word}
    </span>
  )
}
