/**
 * Where a line is: in the file of its day, by a number that rises with its time. A millisecond has room for 1,024 lines; more
 * than that take the places behind it. Numbers near each other keep the index small.
 */
export interface Position {
  day: string
  row: number
}

export const rowsOfMs = 1_024
export const dayMs = 86_400_000

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00.000Z`)

/** Sorts as its line does. */
export function idOf({ day, row }: Position): string {
  const ms = dayStart(day) + Math.floor(row / rowsOfMs)
  return `${ms.toString(36).padStart(9, '0')}-${(row % rowsOfMs).toString(36).padStart(2, '0')}`
}

/** Null: no id of a line here. */
export function positionOf(id: string): Position | null {
  const [, msText = '', rest = ''] = /^([0-9a-z]{9})-([0-9a-z]{2})$/.exec(id) ?? []
  const ms = Number.parseInt(msText, 36)
  if (Number.isNaN(ms) || ms > lastMs) return null
  const day = dayOf(ms)
  return { day, row: (ms - dayStart(day)) * rowsOfMs + Math.min(Number.parseInt(rest, 36), rowsOfMs - 1) }
}

/** The last instant whose day has four digits of a year. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
