import { setTimeout as sleep } from 'node:timers/promises'
import { fieldsText, parseDuration } from '@gantry/core'
import { LogLevel, LogPage, type ServiceLine } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter, Style } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

const followEveryMs = 500

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '-q, --query <text>', text: 'lines that hold this text' },
    { flags: '--service <name>', text: 'of this service' },
    { flags: '--environment <name>', text: 'from this environment' },
    { flags: '--release <release>', text: 'written by this release (its whole id)' },
    { flags: '--level <level>', text: 'this level and above', choices: LogLevel.options },
    { flags: '--since <duration>', text: 'how far back: 90s, 10m, 2h, 1d', default: '15m' },
    { flags: '-n, --limit <count>', text: 'at most so many, the newest', default: '200' },
    { flags: '-f, --follow', text: 'go on with new lines until Ctrl-C' },
  ],
  details: 'With --json each line is one JSON object.',
  examples: ['logs --environment production --service backend --level error --since 10m', 'logs -f -q checkout'],
  async run(call, host) {
    const api = connectProject(call, host)
    const filter = filterOf(call)
    const from = new Date(host.now().getTime() - sinceMs(call)).toISOString()
    const limit = call.int('limit', { min: 1, max: 5_000 })
    const ask = async (page: { limit?: number | undefined; after?: string | undefined }) =>
      (await api.get(`/logs${query({ ...filter, from, ...page })}`, one(LogPage))).lines
    const write = writer(call, host)
    const lines = await ask({ limit })
    write(lines)
    if (lines.length === 0)
      outputOf(call, host).note(`no line matches${await unknownEnvironment(api, filter['environment'])}`)
    if (!call.flag('follow')) return 0

    const stopped = new AbortController()
    const stopListening = host.onSignal(() => stopped.abort())
    let last = lines.at(-1)?.id
    while (!stopped.signal.aborted) {
      await sleep(followEveryMs, undefined, { signal: stopped.signal }).catch(() => {})
      if (stopped.signal.aborted) break
      const more = await ask({ after: last })
      write(more)
      last = more.at(-1)?.id ?? last
    }
    stopListening()
    return 0
  },
})

function filterOf(call: Call): Record<string, string | undefined> {
  const names = ['service', 'environment', 'release', 'level'] as const
  return { q: call.text('query'), ...Object.fromEntries(names.map(name => [name, call.text(name)])) }
}

function sinceMs(call: Call): number {
  const text = call.required('since')
  const ms = parseDuration(text)
  if (ms !== null) return ms
  throw new CalledWrongly(`since: expected a duration such as 90s, 10m, 2h or 1d, got "${text}"`)
}

function writer(call: Call, host: Host): (lines: ServiceLine[]) => void {
  const output = outputOf(call, host)
  return lines => {
    for (const line of lines) {
      output.json(line)
      output.print(lineText(line, output.paint))
    }
  }
}

const colours: Record<LogLevel, Style> = {
  trace: 'dim',
  debug: 'dim',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}

function lineText(line: ServiceLine, paint: Painter): string {
  const { at, level, service, environment, message } = line
  const head = `${paint.dim(at)} ${paint[colours[level]](level.padEnd(5))} ${environment}/${service}`
  return `${head}  ${shown(message)}  ${paint.dim(shown(fieldsText(line)))}`.trimEnd()
}
