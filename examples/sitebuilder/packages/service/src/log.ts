type Fields = Record<string, unknown>
type Level = 'info' | 'warn' | 'error'

/** One JSON object a line: `{"level":"info","time":"…","service":"backend","msg":"listening","port":4000}`. */
export type Log = { [level in Level]: (msg: string, fields?: Fields) => void }

type Settings = { service: string; write?: (line: string) => void; now?: () => Date }

export function createLog({ service, write = toStdout, now = () => new Date() }: Settings): Log {
  const at =
    (level: Level) =>
    (msg: string, fields: Fields = {}) =>
      write(JSON.stringify({ level, time: now().toISOString(), service, msg, ...fields }, plainErrors))
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

const toStdout = (line: string): void => void process.stdout.write(`${line}\n`)

/** `JSON.stringify` makes `{}` of an Error; keep what a reader needs. */
function plainErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? String(value) : value
  return {
    type: value.name,
    message: value.message,
    stack: value.stack,
    ...(value.cause ? { cause: value.cause } : {}),
  }
}
