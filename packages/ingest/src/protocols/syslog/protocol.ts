import { GantryError, type IntakeItem } from '@gantry/core'
import { objectIn } from '../../logs/json-records.ts'
import { plainText, type ReadLine, type ReadText, readRecord } from '../../logs/read-record.ts'
import { lineItem, requireFewLines } from '../../logs/record-line.ts'
import { readDrainSyslog, readLooseSyslog } from '../../logs/syslog-line.ts'
import { logfmtOf, readText } from '../../logs/text-formats.ts'
import { type SyslogFrame, SyslogFrames } from '../../syslog/frames.ts'
import { ownData } from '../../syslog/own-data.ts'
import { cleanJson } from '../../text/clean.ts'
import { type Asked, defineProtocol, type Reading, type Sender } from '../define-protocol.ts'
import { logCors, logLimits, logRefusal, logsTaken } from '../log-answers.ts'
import { shownKey } from '../shown-key.ts'
import { syslog } from './settings.ts'

/** Of one message: a line has no more characters. */
export const mostSyslogBytes = 65_536

/** POST /ingest/syslog: messages as they come over TCP, framed by their length or by lines. */
export const protocol = defineProtocol(syslog, {
  paths: ['/ingest/syslog'],
  auth: { by: 'ingest key', kinds: ['client', 'server'], projectIn: null, keyIn: shownKey },
  limits: () => logLimits,
  read(bytes, asked) {
    const reader = new SyslogFrames(mostSyslogBytes)
    const frames = [...reader.push(bytes), ...reader.end()]
    requireFewLines(frames.length)
    if (frames.length > 0 && !frames.some(({ text }) => text.startsWith('<')))
      throw new GantryError(
        'BAD_REQUEST',
        'expected messages of syslog, each as `<14>…` on a line or behind its length',
      )
    return readingOf(frames, asked)
  },
  answer: logsTaken(200),
  refuse: logRefusal,
  cors: logCors,
})

/** The same for messages that came one by one, of which some may say nothing of themselves. */
export const syslogOf = (frames: readonly SyslogFrame[]): typeof protocol => ({
  ...protocol,
  read: (_bytes, asked) => readingOf(frames, asked),
})

function readingOf(frames: readonly SyslogFrame[], asked: Asked): Reading {
  const isDrain = /logplex/.test(String(asked.headers['content-type'] ?? ''))
  return {
    key: null,
    items: sender => ({ items: frames.map(frame => itemOf(frame, sender, asked, isDrain)), id: null }),
  }
}

function itemOf({ text, isCut }: SyslogFrame, sender: Sender, { query }: Asked, isDrain: boolean): IntakeItem {
  const line = plainText(text)
  const { pairs, ...syslogLine } = (isDrain ? readDrainSyslog(line, sender.receivedAt) : null) ??
    readText(line, sender.receivedAt) ??
    readLooseSyslog(line, sender.receivedAt) ?? { message: line }
  const { said, fields } = ownData(syslogLine.fields ?? {})
  const [record] = recordIn(syslogLine.message)
  const read: ReadLine = {
    ...{ at: null, level: null, message: null, service: null, environment: null, release: null, trace: null },
    ...syslogLine,
    fields: { ...fields, ...(isCut && { cut: true }) },
  }
  const whole = record ? withRecord(read, readRecord(record, sender.receivedAt)) : read
  return lineItem({ ...whole, ...defaults(query, whole), ...said }, sender, json => {
    if (record) return JSON.stringify(json(cleanJson(record)).value)
    return pairs === undefined ? line : logfmtOf(line, json(pairs))
  })
}

/** What a program wrote as JSON is text inside of the message, behind the mark of CEE or alone: https://www.rsyslog.com/doc/configuration/modules/mmjsonparse.html */
function recordIn(message: ReadText['message']): Record<string, unknown>[] {
  const [, json] = /^(?:@cee: ?)?(\{.*\})\s*$/s.exec(message ?? '') ?? []
  return json === undefined ? [] : objectIn(json)
}

/** The program knows its own level better than whoever carried its line. */
function withRecord(line: ReadLine, record: ReadLine): ReadLine {
  return {
    at: record.at ?? line.at,
    level: record.level ?? line.level,
    message: record.message,
    service: record.service ?? line.service,
    environment: record.environment ?? line.environment,
    release: record.release ?? line.release,
    trace: record.trace ?? line.trace,
    fields: { ...line.fields, ...record.fields },
  }
}

/** A service in the query goes before the name of the program, which stays among the fields; the rest holds where the line says none. */
function defaults(query: Asked['query'], { environment, release, service, fields }: ReadLine): Partial<ReadLine> {
  const own = query['service']
  return {
    ...(own && { service: own, fields: { ...fields, ...(service !== null && service !== own && { app: service }) } }),
    ...(environment === null && query['environment'] && { environment: query['environment'] }),
    ...(release === null && query['release'] && { release: query['release'] }),
  }
}
