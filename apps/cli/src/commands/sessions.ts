import { SessionView } from '@gantry/core/api'
import * as z from 'zod'
import { connect } from '../api/connect.ts'
import { listIn, nothing } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, shown, table } from '../terminal/table.ts'

export const command = defineCommand({
  arguments: [
    { name: '[action]', text: 'what to do', choices: ['list', 'end', 'end-others'], default: 'list' },
    { name: '[which]', text: 'end: its id, or the beginning of it' },
  ],
  details: 'Browsers and commands that are signed in: your own, and for an owner of the server everybody’s.',
  examples: ['sessions', 'sessions end 5f0c', 'sessions end-others'],
  async run(call, host) {
    const action = call.required('action')
    if (action === 'end') await end(call, host)
    else if (action === 'end-others') await endOthers(call, host)
    else await list(call, host)
    return 0
  },
})

const all = (host: Host) => connect(host).get('/api/v1/sessions', listIn('sessions', SessionView))

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const sessions = await all(host)
  output.json({ sessions })
  const rows = sessions.map(({ id, person, kind, isThis, agent, createdAt, expiresAt }) => [
    id.slice(0, 8),
    person,
    isThis ? `${kind}, this one` : kind,
    createdAt === null ? '–' : ago(createdAt, host.now()),
    expiresAt.slice(0, 10),
    agent === null ? '–' : cut(shown(agent), 70),
  ])
  output.print(
    table(['session', 'person', 'of a', 'since', 'until', 'calls itself'], rows).trimEnd() || 'nobody is signed in',
  )
}

async function endOthers(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const ended = await connect(host).post(
    '/api/v1/sessions/end-others',
    {},
    body => z.object({ ended: z.int() }).parse(body).ended,
  )
  output.json({ ended })
  output.print(`signed out everywhere else: ${ended}`)
}

async function end(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const asked = call.text('which')
  const found = asked ? (await all(host)).filter(({ id }) => id.startsWith(asked)) : []
  const [session] = found
  if (!session || found.length > 1)
    throw new CalledWrongly(
      asked ? `expected the id of one session, ${found.length} begin with ${asked}` : 'expected an id, got none',
      'See `gantry sessions`.',
    )
  await connect(host).post(`/api/v1/sessions/${encodeURIComponent(session.id)}/end`, {}, nothing)
  output.json({ ended: session.id })
  output.print(`signed out ${session.person}`)
}
