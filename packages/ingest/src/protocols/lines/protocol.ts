import type { IntakeItem } from '@gantry/core'
import { requireFewValues } from '../../body/few-values.ts'
import { type JsonRecord, jsonRecords, objectIn, recordItems, textLines } from '../../logs/json-records.ts'
import { plainText } from '../../logs/read-record.ts'
import { lineItem } from '../../logs/record-line.ts'
import { logfmtOf, readText } from '../../logs/text-formats.ts'
import { type Asked, defineProtocol, type Sender } from '../define-protocol.ts'
import { logCors, logLimits, logRefusal, logsTaken } from '../log-answers.ts'
import { shownKey } from '../shown-key.ts'
import { lines } from './settings.ts'

/**
 * POST /ingest/lines: JSON, an object on each line, or text, as the content type says. `service`, `environment` and `release` in the query hold for
 * lines that do not say their own.
 */
export const protocol = defineProtocol(lines, {
  paths: ['/ingest/lines'],
  auth: { by: 'ingest key', kinds: ['client', 'server'], projectIn: null, keyIn: shownKey },
  limits: () => logLimits,
  read: (bytes, asked) => {
    const items = isText(asked) && !isWholeJson(bytes) ? textItems(bytes.toString('utf8')) : jsonItems(bytes)
    return { key: null, items: sender => ({ items: items(sender, asked), id: null }) }
  },
  answer: logsTaken(200),
  refuse: logRefusal,
  cors: logCors,
})

/** What `fetch` and `curl` send without being told what it is calls itself text. */
function isWholeJson(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trim()
  if (!/^[[{]/.test(text)) return false
  requireFewValues(bytes)
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

type Items = (sender: Sender, asked: Asked) => IntakeItem[]

const isText = ({ headers }: Asked): boolean =>
  /^text\/|x-www-form-urlencoded/.test(String(headers['content-type'] ?? ''))

function textItems(text: string): Items {
  const texts = textLines(text)
  return (sender, asked) =>
    texts.flatMap(text => {
      const line = plainText(text)
      const [object] = line.startsWith('{') ? objectIn(line) : []
      if (object) return recordItems([{ ...defaultsIn(asked), ...shipped(object) }], sender)
      const nothing = {
        at: null,
        level: null,
        message: null,
        service: null,
        environment: null,
        release: null,
        trace: null,
      }
      const { pairs, ...read } = readText(line, sender.receivedAt) ?? { message: line }
      return [
        lineItem({ ...nothing, fields: {}, ...defaultsIn(asked), ...read }, sender, json =>
          pairs === undefined ? line : logfmtOf(line, json(pairs)),
        ),
      ]
    })
}

function jsonItems(bytes: Buffer): Items {
  const records = jsonRecords(bytes)
  return (sender, asked) => recordItems(records, sender, record => ({ ...defaultsIn(asked), ...shipped(record) }))
}

function defaultsIn({ query }: Asked): Record<string, string> {
  const names = ['service', 'environment', 'release'] as const
  return Object.fromEntries(names.flatMap(name => (query[name] ? [[name, query[name]]] : [])))
}

/** Fly's shipper says where a line is from in `fly.app`; what a program wrote as JSON is text inside of `message`. */
function shipped(record: JsonRecord): JsonRecord {
  const { fly, message } = record
  const inside = typeof message === 'string' && message.startsWith('{') ? objectIn(message)[0] : undefined
  const app = inObject(fly, 'app')
  const name = inObject(app, 'name')
  return {
    ...record,
    ...(inside && typeof inside === 'object' && { message: undefined, ...inside }),
    ...(typeof name === 'string' && record['service'] === undefined && { service: name }),
  }
}

const inObject = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as JsonRecord)[name] : undefined
