import { severityLevel } from './line-level.ts'
import { timeOf, timeWithoutYear } from './line-time.ts'
import type { ReadText } from './read-record.ts'
import { structuredDataAt } from './structured-data.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1 */
const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]
const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

/** `<11>1 2026-11-27T10:00:00Z host app 12 ID [data] text`: https://www.rfc-editor.org/rfc/rfc5424 */
export function readSyslog(line: string, receivedAt: string): ReadText | null {
  const [head, priority, time, host, app, pid, id] =
    /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (?=[[-])/.exec(line) ?? []
  const structured = head === undefined ? null : structuredDataAt(line, head.length)
  if (structured === null) return null
  const message = line.slice(structured.end).replace(/^ ?\ufeff?/, '')
  return {
    ...{ at: timeOf(time, receivedAt), level: severityLevel(Number(priority)), message, service: nil(app) },
    fields: {
      ...given({ host: nil(host), pid: nil(pid), msgid: nil(id), ...named(priority) }),
      ...structured.data,
    },
  }
}

/** As Heroku's drains write it: no structured data, not even a dash for it, so that the text may begin with a bracket. */
export function readDrainSyslog(line: string, receivedAt: string): ReadText | null {
  const [, priority, time, host, app, pid, message] =
    /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) \S+ ?(.*)$/s.exec(line) ?? []
  if (message === undefined) return null
  return {
    ...{ at: timeOf(time, receivedAt), level: severityLevel(Number(priority)), message, service: nil(app) },
    fields: given({ host: nil(host), pid: nil(pid), ...named(priority) }),
  }
}

/** `<11>Nov 27 10:00:00 host app[12]: text`, also without the number in front: https://www.rfc-editor.org/rfc/rfc3164 */
export function readBsdSyslog(line: string, receivedAt: string): ReadText | null {
  const [, priority, month = '', day, time = '', host, app, pid, message = ''] =
    /^(?:<(\d{1,3})>)?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d+)?) (\S*[^\s:]) ([^\s:[]+)(?:\[(\d+)\])?: (.*)$/s.exec(
      line,
    ) ?? []
  if (!months.includes(month)) return null
  return {
    at: timeWithoutYear(months.indexOf(month) + 1, Number(day), time, receivedAt),
    level: priority === undefined ? null : severityLevel(Number(priority)),
    ...{ message, service: app ?? null, fields: given({ host, pid, ...named(priority) }) },
  }
}

/**
 * What begins with a number in pointed brackets and is neither of the two: of a time as ISO 8601 or none, of a program that leaves its host
 * or its own name out. What cannot be told stays in the text.
 */
export function readLooseSyslog(line: string, receivedAt: string): ReadText | null {
  const [head, priority] = /^<(\d{1,3})>(?:1 )?/.exec(line) ?? []
  if (head === undefined) return null
  let [text, at]: [string, string | null] = [line.slice(head.length), null]
  const [dated, time = '', month, day, clock = ''] =
    /^(?:(\d{4}-\d\d-\d\dT\S{8,30})|([A-Z][a-z]{2}) +(\d{1,2})(?: \d{4})? (\d\d:\d\d:\d\d(?:\.\d+)?)):? +/.exec(text) ??
    []
  if (dated !== undefined) {
    at =
      month === undefined
        ? timeOf(time, receivedAt)
        : timeWithoutYear(months.indexOf(month) + 1, Number(day), clock, receivedAt)
    text = text.slice(dated.length)
  }
  const [tag, host, app, pid] = /^(?:([\w.:-]{1,255}) )?([\w./@-]{1,64})(?:\[([\w-]{1,32})\])?: ?/.exec(text) ?? []
  if (tag !== undefined && (dated !== undefined || pid !== undefined)) text = text.slice(tag.length)
  else return { at, level: severityLevel(Number(priority)), message: text, fields: given(named(priority)) }
  return {
    ...{ at, level: severityLevel(Number(priority)), message: text, service: app ?? null },
    fields: given({ host, pid, ...named(priority) }),
  }
}

/** The facility and severity in words: a notice and an alert are no levels of their own. */
function named(priority: string | undefined): { facility?: string | undefined; severity?: string | undefined } {
  if (priority === undefined) return {}
  const value = Number(priority)
  return { facility: facilities[value >> 3], severity: severities[value & 7] }
}

const nil = (text: string | undefined): string | null => (text === undefined || text === '-' ? null : text)

export const given = (values: Record<string, string | null | undefined>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  )
