import { ForwardView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  details: `What comes in is sent on to the services under \`forwards\` in gantry.config.ts, too. Counts are of the last 24 hours; what waits
is sent as soon as the service takes it, and dropped when it waited too long or there is too much of it.
Exits with 1 when something was dropped, or a service took nothing at its last try.`,
  examples: ['forwards', 'forwards --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const forwards = await connectProject(call, host).get('/forwards', listIn('forwards', ForwardView))
    output.json(forwards)
    const now = host.now()
    const rows = forwards.map(each => {
      const dropped = each.dropped.map(({ reason, quantity }) => `${quantity} ${reason}`).join(', ')
      const waits =
        each.waiting.quantity === 0 ? '0' : `${each.waiting.quantity}, since ${ago(each.waiting.oldestAt, now)}`
      return [each.name, each.to, String(each.sent), waits, output.paint.red(dropped) || '0', lastOf(each, now)]
    })
    const head = ['forward', 'to', 'sent', 'waits', 'dropped', 'last']
    output.print(table(head, rows).trimEnd() || 'nothing is sent on: `forwards` of gantry.config.ts is empty')
    return forwards.some(({ dropped, failures }) => dropped.length > 0 || failures > 0) ? 1 : 0
  },
})

function lastOf({ failures, lastError, lastErrorAt, lastSentAt }: ForwardView, now: Date): string {
  if (lastError !== null && lastErrorAt !== null && failures > 0) return `failed ${ago(lastErrorAt, now)}: ${lastError}`
  return lastSentAt === null ? 'nothing yet' : `sent ${ago(lastSentAt, now)}`
}
