import { MonitorView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'
import { cut, table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--environment <name>', text: 'only this environment' }],
  details: 'Exits 1 while one of them is down.',
  examples: ['monitors --environment production'],
  async run(call, host) {
    const output = outputOf(call, host)
    const environment = call.text('environment')
    const api = connectProject(call, host)
    const all = await api.get('/monitors', listIn('monitors', MonitorView))
    const monitors = all.filter(each => environment === undefined || each.environment === environment)
    output.json({ monitors })
    const head = ['monitor', 'environment', 'state', 'since', 'last', '']
    const rows = monitors.map(monitor => row(monitor, output.paint, host.now()))
    output.print(table(head, rows).trimEnd() || `nothing is probed${await unknownEnvironment(api, environment)}`)
    return monitors.some(({ state }) => state === 'down') ? 1 : 0
  },
})

function row({ name, environment, state, since, last, target }: MonitorView, paint: Painter, now: Date): string[] {
  const colour = state === 'up' ? paint.green : state === 'down' ? paint.red : paint.dim
  const answer = last === null ? '–' : last.isOk ? `${Math.round(last.latencyMs)} ms` : (last.error ?? `${last.status}`)
  return [name, environment, colour(state), ago(since, now), cut(answer, 40), paint.dim(target)]
}
