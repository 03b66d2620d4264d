import { ConfigPlaces, ToldView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    { name: '[action]', text: 'what to do', choices: ['list', 'test'], default: 'list' },
    { name: '[channel]', text: 'test: its name, as listed' },
  ],
  details: `Channels are written in gantry.config.ts and changed there. A test goes the way all notices go, retries included; it exits 1
when the channel did not take it. To PagerDuty it is an incident that somebody there has to resolve.`,
  examples: ['channels', 'channels test slack:#ops'],
  run: (call, host) => (call.required('action') === 'test' ? test(call, host) : list(call, host)),
})

async function list(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const { channels, file } = await connectProject(call, host).get('/config/places', one(ConfigPlaces))
  output.json({ channels })
  const rows = channels.map(({ name, line, routes, told }) => [
    name,
    routes.map(severity => severity ?? 'all').join(', '),
    line === null ? file : `${file}:${line}`,
    told === null ? 'never told' : `${outcome(told)} ${ago(told.createdAt, host.now())}`,
  ])
  output.print(table(['channel', 'told of', 'written in', 'last'], rows).trimEnd() || `no channel in ${file}`)
  return 0
}

async function test(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const channel = call.text('channel')
  if (!channel) throw new CalledWrongly('expected a channel, got none', 'See `gantry channels`.')
  const told = await connectProject(call, host).post('/channels/test', { channel }, one(ToldView))
  output.json({ channel, told })
  output.print(`${channel}: ${outcome(told)}`)
  return told.state === 'sent' ? 0 : 1
}

function outcome({ state, lastError, attempts }: ToldView): string {
  if (state === 'sent') return 'took it'
  if (state === 'unneeded') return 'has no use for such a notice'
  if (state === 'dead') return `did not take it: ${lastError}`
  return attempts > 0 ? `did not take it yet: ${lastError}; tried again later` : 'is not tried yet'
}
