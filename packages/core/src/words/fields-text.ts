import type { ServiceLine } from '../log/service-line.ts'

const times = /^(@?timestamp|time|ts|date)$/i
/** What people call that which a line shows of itself. */
const selves = /^(service(.?name)?|env|environment|release|sha|version|level|lvl|severity)$/i
const longest = 160

/**
 * The fields of a line as people read them behind its message, without those the line shows already. Each on one line, and
 * not longer than a person reads in passing.
 *
 * @example fieldsText(line) // 'method=GET path=/api/sites status=500 ms=12'
 */
export function fieldsText(
  line: Pick<ServiceLine, 'fields' | 'service' | 'environment' | 'release' | 'level'>,
): string {
  const own: unknown[] = [line.service, line.environment, line.release, line.level]
  return Object.entries(line.fields)
    .filter(([name, value]) => value !== null && value !== '' && !times.test(name))
    .filter(([name, value]) => !(selves.test(name) && own.includes(value)))
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ')
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
