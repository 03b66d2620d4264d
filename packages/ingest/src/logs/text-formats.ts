import type { LogLevel } from '@gantry/core'
import { levelOf } from './line-level.ts'
import { timeOf, timeWithoutYear } from './line-time.ts'
import { type ReadText, readRecord } from './read-record.ts'
import { given, readBsdSyslog, readSyslog } from './syslog-line.ts'

type TextFormat = (line: string, receivedAt: string) => ReadText | null

const levelWords =
  'trace|debug|info|information|notice|warn|warning|error|err|fatal|panic|critical|crit|alert|emerg|severe|verbose|log'

/** How lines of text say when they were written and how bad it is: the first that knows a line reads it. */
const formats: Record<string, TextFormat> = {
  syslog: readSyslog,

  bsdSyslog(line, receivedAt) {
    const read = readBsdSyslog(line, receivedAt)
    if (read === null || (read.level ?? null) !== null) return read
    // Only its level is asked for, and a syslog line inside of it has none of its own.
    return { ...read, level: readAs(inner, read.message ?? '', receivedAt)?.level ?? null }
  },

  /** `E1127 10:00:00.123456   12 file.go:7] text`, of Kubernetes and glog. */
  klog(line, receivedAt) {
    const [, level = '', month, day, time = '', pid, source, message] =
      /^([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{6}) +(\d+) ([^\s\]]+:\d+)\] (.*)$/s.exec(line) ?? []
    if (message === undefined) return null
    const levels: Record<string, LogLevel> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }
    return {
      at: timeWithoutYear(Number(month), Number(day), time, receivedAt),
      level: levels[level] ?? null,
      ...{ message, fields: given({ pid, source }) },
    }
  },

  /** `E, [2026-11-27T10:00:00.123456 #12] ERROR -- app: text`, of Ruby. */
  ruby(line, receivedAt) {
    const [, time, pid, level, name = '', message] =
      /^[A-Z], \[(\S+) #(\d+)\] +(\w+) -- ([^:]*): (.*)$/s.exec(line) ?? []
    if (message === undefined) return null
    return { at: timeOf(time, receivedAt), level: levelOf(level), message, fields: given({ pid, logger: name }) }
  },

  /** `[Nest] 12  - 11/27/2026, 10:00:00 AM   ERROR [Name] text` */
  nest(line) {
    const [, pid, level, message] =
      /^\[\w+\] (\d+) +- +\d+\/\d+\/\d{4}, [\d:]+(?: [AP]M)? +([A-Z]+) +(.*)$/s.exec(line) ?? []
    return message === undefined ? null : { level: levelOf(level), message, fields: given({ pid }) }
  },

  /** `ERROR:name:text`, as Python's logging writes without being told how. */
  python(line) {
    const [, level, logger, message] = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):([\w.]+):(.*)$/s.exec(line) ?? []
    return message === undefined ? null : { level: levelOf(level), message, fields: given({ logger }) }
  },

  /** `level=error msg="…" key=value`: two pairs at least, and nothing else before them. */
  logfmt(line, receivedAt) {
    if (!/^[\w.@-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*) +[\w.@-]+=/.test(line)) return null
    const record: Record<string, unknown> = {}
    const loose: string[] = []
    for (const [, name, quoted, plain = '', word] of line.matchAll(
      /([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))|(\S+)/g,
    ))
      if (name !== undefined) record[name] = quoted?.replace(/\\(["\\])/g, '$1').replaceAll('\\n', '\n') ?? plain
      else if (word !== undefined) loose.push(word)
    const read = readRecord(record, receivedAt)
    if (read.level === null && read.at === null) return null
    const message = read.message ?? (loose.join(' ') || null)
    return message === null ? { ...read, message, pairs: record } : { ...read, message }
  },

  /** A time first, and a level behind it or a few words later: log4j, logback, nginx, Postgres, monolog, Python's with a format. */
  timed(line, receivedAt) {
    const [whole, time] =
      /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d))?)\]?[\s,|-]*/.exec(
        line,
      ) ?? []
    if (whole === undefined || time === undefined) return null
    const at = timeOf(time, receivedAt)
    return at === null ? null : { at, ...afterTime(line.slice(whole.length)) }
  },

  /** `[10:00:00.123] ERROR (12): text`, of pino-pretty; `10:00:00 ERROR text`. */
  clock(line) {
    const [, rest] = /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]? +(.*)$/s.exec(line) ?? []
    if (rest === undefined) return null
    const { level, message } = afterTime(rest)
    return level === null ? null : { level, message }
  },
}

const all = Object.values(formats)
const inner = all.filter(read => read !== formats['syslog'] && read !== formats['bsdSyslog'])

/** Of a longer line no more is looked at, nor kept: patterns take memory for each sign. */
const mostChars = 131_072

/** Null: a line like any other. */
export const readText = (line: string, receivedAt: string): ReadText | null =>
  readAs(all, line.length > mostChars ? line.slice(0, mostChars) : line, receivedAt)

function readAs(known: readonly TextFormat[], line: string, receivedAt: string): ReadText | null {
  for (const read of known) {
    const found = read(line, receivedAt)
    if (found !== null) return found
  }
  return null
}

/** A line of pairs, written again where something was taken out of them. */
export const logfmtOf = (line: string, { value, scrubbed }: { value: object; scrubbed: object | null }): string =>
  scrubbed === null
    ? line
    : Object.entries(value)
        .map(([name, said]) => `${name}=${/^[^\s"]+$/.test(String(said)) ? said : JSON.stringify(said)}`)
        .join(' ')

const front = new Set(levelWords.split('|'))

/** A level at the very front is taken off; one behind a thread or a logger is read and stays. */
function afterTime(rest: string): { level: LogLevel | null; message: string } {
  const [whole = '', word = ''] = /^[[(<]?([A-Za-z]{3,11})[\])>]?(?: *\(\d+\))?\s*[:|-]*(?:\s+|$)/.exec(rest) ?? []
  if (front.has(word.toLowerCase())) return { level: levelOf(word), message: rest.slice(whole.length) }
  // In capitals or brackets: a line that speaks of an error is none yet.
  const [, later] =
    /^(?:\S+ +){0,5}?(?:\S+\.)?[[(<|]?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|PANIC|CRITICAL|SEVERE|LOG)\b/.exec(
      rest.slice(0, 200),
    ) ?? []
  const [, bracketed] =
    /^(?:\S+ +){0,2}?\[(trace|debug|info|notice|warn|warning|error|fatal|crit|alert|emerg)\]/i.exec(
      rest.slice(0, 200),
    ) ?? []
  return { level: levelOf(later ?? bracketed), message: rest }
}
