import { Incident, IncidentEntry, IncidentView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderIncident } from '../incident/render-incident.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({
  list,
  show,
  ack: (call, host) => act(call, host, 'acknowledge'),
  resolve: (call, host) => act(call, host, 'resolve'),
  note,
})

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[number]', text: 'number of an incident' },
    { name: '[text]', text: 'note: what to add to its timeline' },
  ],
  options: [
    { flags: '--open', text: 'list: only those not resolved' },
    { flags: '--reason <text>', text: 'ack, resolve: why; it is written into the ledger' },
  ],
  examples: ['incidents --open', 'incidents ack 3', 'incidents note 3 "the vendor confirms an outage"'],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const asked = query({ state: call.flag('open') ? 'open' : 'all' })
  const incidents = await api.get(`/incidents${asked}`, listIn('incidents', Incident))
  output.json({ incidents })
  const rows = incidents.map(each => [
    `#${each.number}`,
    each.severity,
    each.state === 'resolved' ? each.state : output.paint.red(each.state),
    each.environment,
    ago(each.openedAt, host.now()),
    cut(each.title, 80),
  ])
  const head = ['incident', 'severity', 'state', 'environment', 'opened', 'title']
  output.print(table(head, rows).trimEnd() || 'no incident')
}

async function show(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const incident = await api.get(`/incidents/${numberOf(call)}`, one(IncidentView))
  output.json(incident)
  output.print(renderIncident(incident, output.paint))
}

async function act(call: Call, host: Host, verb: 'acknowledge' | 'resolve'): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const reason = call.text('reason')
  const incident = await api.post(`/incidents/${numberOf(call)}/${verb}`, reason ? { reason } : {}, one(Incident))
  output.json(incident)
  output.print(`#${incident.number} is ${incident.state}`)
}

async function note(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const text = call.text('text')
  if (!text) throw new CalledWrongly('expected the text of the note', 'Type it last: `gantry incidents note 3 "…"`.')
  const entry = await api.post(`/incidents/${numberOf(call)}/notes`, { text }, one(IncidentEntry))
  output.json(entry)
  output.print('noted')
}

function numberOf(call: Call): number {
  const number = call.int('number', { min: 1, max: Number.MAX_SAFE_INTEGER })
  if (number !== undefined) return number
  throw new CalledWrongly('expected the number of an incident', 'See `gantry incidents` for the numbers.')
}
