import { TraceView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'
import { renderTrace } from '../trace/render-trace.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '[id]', text: 'of the trace: 32 hex digits' }],
  options: [
    { flags: '--event <id>', text: 'the trace that this event happened in' },
    { flags: '-n, --limit <count>', text: 'at most so many rows', default: '200' },
  ],
  details: `Spans as a tree, each with when it began and how long it took, the errors and log lines of each below it, and which deployment
was live. What is missing, moved or left out is said first.`,
  examples: ['trace 4bf92f3577b34da6a3ce929d0e0e4736', 'trace --event 9af72f3d… --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const limit = call.int('limit', { min: 1, max: 10_000 }) ?? 0
    const [id, event] = [call.text('id'), call.text('event')]
    if ((id === undefined) === (event === undefined))
      throw new CalledWrongly(
        'expected the id of a trace, or an event by --event',
        'Events name their trace: `gantry issues show`.',
      )
    const path =
      id === undefined ? `/events/${encodeURIComponent(event ?? '')}/trace` : `/traces/${encodeURIComponent(id)}`
    const trace = await connectProject(call, host).get(path, one(TraceView))
    output.json(trace)
    output.print(renderTrace(trace, { paint: output.paint, limit, now: host.now() }))
    return 0
  },
})
