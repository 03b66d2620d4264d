import { setTimeout as sleep } from 'node:timers/promises'
import { fieldsText, parseDuration } from '@gantry/core'
import { LogDays, LogFacets, LogLevel, LogPage, LogSurroundings, type ServiceLine } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import type { Painter, Style } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

const followEveryMs = 500
/** Ids that were printed last: a server may tell of a line twice. */
const remembered = 10_000

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '-q, --query <words>', text: 'words, "phrases", key:value, key:>5, -not, a OR b, begin*' },
    { flags: '--service <name>', text: 'of this service' },
    { flags: '--environment <name>', text: 'from this environment' },
    { flags: '--release <release>', text: 'written by this release (its whole id)' },
    { flags: '--level <level>', text: 'this level and above', choices: LogLevel.options },
    { flags: '--trace <id>', text: 'written in this trace' },
    { flags: '--since <when>', text: 'how far back (90s, 10m, 2h, 1d), or an instant', default: '15m' },
    { flags: '--until <when>', text: 'up to then, in the same words' },
    { flags: '-n, --limit <count>', text: 'at most so many, the newest', default: '200' },
    { flags: '-f, --follow', text: 'go on with new lines until Ctrl-C' },
    { flags: '--around <line>', text: 'what a service wrote before and behind this line (its id)' },
    { flags: '--facets', text: 'count what the lines say, instead of showing them' },
    { flags: '--days', text: 'how many lines are kept of each day' },
    { flags: '--export <format>', text: 'all lines that match, oldest first', choices: ['ndjson', 'csv'] },
  ],
  details: 'With --json each line is one JSON object.',
  examples: [
    'logs --environment production -q "service:backend level:>=error status:500..599" --since 10m',
    'logs -f -q checkout',
    'logs --since 1d -q "trace:4bf92f35" --export csv > lines.csv',
  ],
  async run(call, host) {
    const api = connectProject(call, host)
    const output = outputOf(call, host)
    if (call.flag('days')) return showDays(api, output)
    const around = call.text('around')
    if (around !== undefined) return showAround(api, around, output)
    const filter = filterOf(call, host)
    if (call.flag('facets')) return showFacets(api, filter, output)
    const format = call.text('export')
    if (format !== undefined) return exportLines(api, { ...filter, format }, host)
    const limit = call.int('limit', { min: 1, max: 5_000 })
    const page = await api.get(`/logs${query({ ...filter, limit, histogram: 'false' })}`, one(LogPage))
    printLines(page.lines, output)
    if (page.searchedBackTo !== null)
      output.note('the search took too long and ends here: narrow it with more words, or a shorter --since')
    else if (page.lines.length === 0)
      output.note(`no line matches${await unknownEnvironment(api, filter['environment'])}`)
    if (call.flag('follow')) await follow(api, { ...filter, to: undefined }, page, { host, output })
    return 0
  },
})

interface Beside {
  host: Host
  output: Output
}

async function follow(
  api: Api,
  filter: Record<string, string | undefined>,
  first: LogPage,
  { host, output }: Beside,
): Promise<void> {
  const stopped = new AbortController()
  const stopListening = host.onSignal(() => stopped.abort())
  let since = first.cursor
  const printed = new Set(first.lines.map(({ id }) => id))
  while (!stopped.signal.aborted) {
    await sleep(followEveryMs, undefined, { signal: stopped.signal }).catch(() => {})
    if (stopped.signal.aborted) break
    const page = await api.get(`/logs${query({ ...filter, since, histogram: 'false', limit: 5_000 })}`, one(LogPage))
    const lines = page.lines.filter(({ id }) => !printed.has(id))
    printLines(lines, output)
    if (page.hasMore) output.note('more lines came than are shown: narrow the search')
    for (const { id } of lines) printed.add(id)
    for (const id of printed) {
      if (printed.size <= remembered) break
      printed.delete(id)
    }
    since = page.cursor
  }
  stopListening()
}

async function showAround(api: Api, line: string, output: Output): Promise<0> {
  const { before, line: own, after } = await api.get(`/logs/around${query({ line })}`, one(LogSurroundings))
  printLines([...before, own, ...after], output)
  return 0
}

async function showFacets(api: Api, filter: Record<string, string | undefined>, output: Output): Promise<0> {
  const found = await api.get(`/logs/facets${query(filter)}`, one(LogFacets))
  output.json(found)
  for (const { name, values } of found.facets) {
    output.print(output.paint.bold(shown(name)))
    for (const { value, count } of values) output.print(`  ${String(count).padStart(7)}  ${shown(value)}`)
  }
  output.note(found.isWhole ? `of ${found.lines} lines` : `of the newest ${found.lines} lines that match`)
  return 0
}

async function showDays(api: Api, output: Output): Promise<0> {
  const found = await api.get('/logs/days', one(LogDays))
  output.json(found)
  for (const { day, lines, bytes } of found.days)
    output.print(
      `${day}  ${String(lines).padStart(12)} lines${bytes === null ? '' : `  ${megabytes(bytes).padStart(10)}`}`,
    )
  if (found.days.length === 0) output.note('no lines are kept')
  return 0
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

async function exportLines(api: Api, filter: Record<string, string | undefined>, host: Host): Promise<0> {
  const decoder = new TextDecoder()
  for await (const chunk of await api.stream(`/logs/export${query(filter)}`))
    host.stdout.write(decoder.decode(chunk, { stream: true }))
  return 0
}

function filterOf(call: Call, host: Host): Record<string, string | undefined> {
  const names = ['service', 'environment', 'release', 'level'] as const
  return {
    q: call.text('query'),
    ...Object.fromEntries(names.map(name => [name, call.text(name)])),
    traceId: call.text('trace'),
    from: instantIn(call.required('since'), 'since', host),
    to: call.text('until') === undefined ? undefined : instantIn(call.required('until'), 'until', host),
  }
}

function instantIn(text: string, option: string, host: Host): string {
  const ms = parseDuration(text)
  if (ms !== null) return new Date(host.now().getTime() - ms).toISOString()
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new CalledWrongly(
    `${option}: expected a duration such as 90s, 10m, 2h or 1d, or an instant such as 2026-11-27T10:00Z, got "${text}"`,
  )
}

function printLines(lines: readonly ServiceLine[], output: Output): void {
  for (const line of lines) {
    output.json(line)
    output.print(lineText(line, output.paint))
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
