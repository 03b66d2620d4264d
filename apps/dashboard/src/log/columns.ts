import type { ServiceLine } from '@gantry/core/api'
import { columnText } from '@gantry/core/words'

export interface Column {
  name: string
  /** In characters. */
  width: number
}

const [narrowest, widest] = [5, 40]
/** Lines that widths are measured by: the newest. */
const measured = 200
const fixed: Readonly<Record<string, number>> = { time: 12, level: 5 }

/** Each as wide as what stands in it among the newest lines, within bounds. */
export function columnsOf(names: readonly string[], lines: readonly ServiceLine[]): Column[] {
  const newest = lines.slice(-measured)
  return names.map(name => {
    const texts = fixed[name] === undefined ? newest.map(line => columnText(line, name).length) : [fixed[name]]
    return { name, width: Math.min(widest, Math.max(narrowest, name.length, ...texts)) }
  })
}

/** The same columns with one taken to another place; out of bounds is at the end that is nearer. */
export function moved(names: readonly string[], name: string, by: number): string[] {
  const at = names.indexOf(name)
  if (at === -1) return [...names]
  const without = names.filter(each => each !== name)
  return without.toSpliced(Math.min(without.length, Math.max(0, at + by)), 0, name)
}
