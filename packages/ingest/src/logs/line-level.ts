import { LogLevel } from '@gantry/core'

/** pino's and bunyan's numbers: https://getpino.io/#/docs/api?id=loggerlevels-object */
const numbers: [number, LogLevel][] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
]
const words: Readonly<Partial<Record<string, LogLevel>>> = {
  warning: 'warn',
  wrn: 'warn',
  err: 'error',
  eror: 'error',
  severe: 'error',
  crit: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
  ftl: 'fatal',
  inf: 'info',
  information: 'info',
  notice: 'info',
  log: 'info',
  http: 'info',
  default: 'info',
  verbose: 'debug',
  dbg: 'debug',
  fine: 'debug',
  silly: 'trace',
  vrb: 'trace',
  trc: 'trace',
}

/** Null: nothing that names a level. */
export function levelOf(value: unknown): LogLevel | null {
  if (typeof value === 'number') return numbers.find(([least]) => value >= least)?.[1] ?? 'trace'
  if (typeof value !== 'string') return null
  const word = value.trim().toLowerCase()
  if (/^\d{1,2}$/.test(word)) return levelOf(Number(word))
  const known = LogLevel.safeParse(word)
  return known.success ? known.data : Object.hasOwn(words, word) ? (words[word] ?? null) : null
}

/** Of syslog, 0 to 7: https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1 */
export const severityLevel = (severity: number): LogLevel =>
  (['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const)[severity & 7] ?? 'info'

/** Of OpenTelemetry, 1 to 24. */
export function otelLevel(number: number): LogLevel | null {
  if (!(number >= 1 && number <= 24)) return null
  return LogLevel.options[Math.floor((number - 1) / 4)] ?? null
}
