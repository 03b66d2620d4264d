const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Field {
  name: string
  least: number
  most: number
  words?: readonly string[]
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: months },
  { name: 'day of the week', least: 0, most: 7, words: days },
]

/**
 * What is wrong with a time of `on.schedule`, or nothing. POSIX cron as GitHub takes it: five fields of `*`, numbers,
 * ranges, lists and steps, names of months and days; no `@daily`, no seconds.
 */
export function cronFault(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/)
  if (parts.length !== fields.length) return `expected a schedule to have a cron of five fields, got "${cron}"`
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? ''
    if (part.split(',').every(item => isItem(item, field))) continue
    return `expected the ${field.name} of a cron to be ${field.least} to ${field.most}, a range, a list or a step, got "${part}"`
  }
  return undefined
}

function isItem(item: string, field: Field): boolean {
  const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? []
  if (from === undefined || (step !== undefined && Number(step) === 0)) return false
  if (from === '*') return to === undefined
  const [first, last] = [numberIn(from, field), to === undefined ? undefined : numberIn(to, field)]
  return first !== null && last !== null && (last === undefined || first <= last)
}

function numberIn(text: string, { least, most, words = [] }: Field): number | null {
  const word = words.indexOf(text.toLowerCase())
  const value = word >= 0 ? word + least : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}
