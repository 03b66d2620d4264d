/** A client of log services as it is published, or what a program that has no package here sends. */
export interface LogClient {
  title: string
  /** What the lines it sends carry. */
  alias: string
  /** Of npm; null: a request of the shape that the program is known to send. */
  spec: string | null
  by: 'node' | 'browser' | 'request'
}

const npm = (name: string, version: string, by: LogClient['by'] = 'node'): LogClient => ({
  ...{ title: name, alias: name.replace(/^@/, '').replace('/', '-'), spec: `${name}@${version}`, by },
})
const request = (alias: string, title: string): LogClient => ({ title, alias, spec: null, by: 'request' })

export const logClients: readonly LogClient[] = [
  npm('@logtail/node', '0.5.9'),
  npm('@logtail/pino', '0.5.9'),
  npm('@logtail/winston', '0.5.9'),
  npm('@logtail/browser', '0.5.9', 'browser'),
  npm('pino-logflare', '0.5.2'),
  npm('winston-logflare', '0.1.1'),
  request('vercel-drain', 'drain of Vercel'),
  request('vector-http', 'Vector, sink `http`'),
  request('vector-logflare', 'Vector, at Logflare’s path'),
  request('fluent-bit', 'Fluent Bit, output `http`'),
  request('curl-ndjson', 'curl, a line of JSON each'),
  request('curl-text', 'curl, plain text'),
]

export const logFeatures = {
  lines: 'every line, once',
  levels: 'levels',
  times: 'times',
  fields: 'fields, scrubbed',
  stack: 'stack of an error',
} as const
export type LogFeature = keyof typeof logFeatures
