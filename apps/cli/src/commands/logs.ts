import { mostExportedLines } from '@gantry/core'
import { LogDays, LogFacets, LogLevel, LogPage, LogSurroundings } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { followLines } from '../log/follow-lines.ts'
import { columnsOf, type LineFilter, lineSearch } from '../log/line-search.ts'
import { printLines } from '../log/print-lines.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

interface Beside {
  host: Host
  output: Output
}

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '[query]', text: 'what to look for; the same as --query' }],
  options: [
    { flags: '-q, --query <words>', text: 'words, "phrases", key:value, key:>5, -not, a OR b, begin*' },
    { flags: '--saved <name>', text: 'a saved search; what is typed beside it narrows it' },
    { flags: '--service <name>', text: 'of this service' },
    { flags: '--environment <name>', text: 'from this environment' },
    { flags: '--release <release>', text: 'written by this release (its whole id)' },
    { flags: '--level <level>', text: 'this level and above', choices: LogLevel.options },
    { flags: '--trace <id>', text: 'written in this trace' },
    { flags: '--since <when>', text: 'how far back (90s, 10m, 2h, 1d), or an instant; 15m without' },
    { flags: '--until <when>', text: 'up to then, in the same words' },
    { flags: '-n, --limit <count>', text: 'at most so many, the newest (200); with --around on each side (20)' },
    { flags: '--columns <names>', text: 'only these fields, in this order, as time,status,message' },
    { flags: '-f, --follow', text: 'go on with new lines until Ctrl-C' },
    { flags: '--around <line>', text: 'what a service wrote before and behind this line (its id)' },
    { flags: '--instance', text: 'with --around: of the same instance of the service alone' },
    { flags: '--facets', text: 'count what the lines say, instead of showing them' },
    { flags: '--days', text: 'how many lines are kept of each day' },
    { flags: '--export <format>', text: 'all lines that match, oldest first', choices: ['ndjson', 'csv'] },
  ],
  details: 'With --json each line is one JSON object; its `id` is what --around takes.',
  examples: [
    `logs 'level:error "timed out"' --since 1h --follow`,
    'logs --environment production -q "service:backend level:>=error status:500..599" --since 10m',
    'logs --saved "slow checkout" --columns time,duration_ms,message',
    'logs --since 1d -q "trace:4bf92f35" --export csv > lines.csv',
  ],
  async run(call, host) {
    const api = connectProject(call, host)
    const output = outputOf(call, host)
    if (call.flag('days')) return showDays(api, output)
    const around = call.text('around')
    if (around !== undefined) return showAround(api, around, call, output)
    const search = await lineSearch(call, host, api)
    const { filter, columns } = search
    if (call.flag('facets')) return showFacets(api, filter, output)
    const format = call.text('export')
    if (format !== undefined) return exportLines(api, { ...filter, format }, { host, output })
    const limit = call.int('limit', { min: 1, max: 5_000 }) ?? 200
    const page = await api.get(`/logs${query({ ...filter, limit, histogram: 'false' })}`, one(LogPage))
    printLines(page.lines, columns, output)
    if (page.searchedBackTo !== null)
      output.note('the search took too long and ends here: narrow it with more words, or a shorter --since')
    else if (page.lines.length === 0)
      output.note(`no line matches${await unknownEnvironment(api, filter['environment'])}`)
    if (call.flag('follow'))
      await followLines(api, { ...search, filter: { ...filter, to: undefined } }, page, { host, output })
    return 0
  },
})

async function showAround(api: Api, line: string, call: Call, output: Output): Promise<0> {
  const asked = {
    ...{ line, count: call.int('limit', { min: 1, max: 500 }) },
    of: call.flag('instance') ? 'instance' : undefined,
  }
  const found = await api.get(`/logs/around${query(asked)}`, one(LogSurroundings))
  const columns = columnsOf(call.text('columns'))
  printLines([...found.before, found.line, ...found.after], columns, output)
  if (call.flag('instance') && found.instance === null)
    output.note('no field of the line says which instance wrote it: these are of all of them')
  return 0
}

async function showFacets(api: Api, filter: LineFilter, output: Output): Promise<0> {
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

async function exportLines(api: Api, filter: LineFilter, { host, output }: Beside): Promise<0> {
  const { format: _format, ...counted } = filter
  const page = await api.get(`/logs${query({ ...counted, limit: 1 })}`, one(LogPage))
  const total = page.histogram.reduce((sum, bar) => sum + bar.total, 0)
  const decoder = new TextDecoder()
  for await (const chunk of await api.stream(`/logs/export${query(filter)}`))
    host.stdout.write(decoder.decode(chunk, { stream: true }))
  if (total > mostExportedLines)
    output.note(
      `${total} lines match, and the first ${mostExportedLines} were written: narrow it with --since and --until`,
    )
  return 0
}
