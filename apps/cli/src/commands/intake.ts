import { lossReason } from '@gantry/core'
import { IntakeView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--hours <count>', text: 'how far back, up to 720', default: '24' }],
  details: `What clients sent, by the words they have for it: taken, dropped by Gantry and why, or dropped by the client itself, as its
reports say; and what was taken out of it before it was stored (scrubbed). \`request\` is one that was refused before it was read.`,
  examples: ['intake', 'intake --hours 1 --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const hours = call.int('hours', { min: 1, max: 720 })
    const { from, counts } = await connectProject(call, host).get(`/intake${query({ hours })}`, one(IntakeView))
    output.json({ from, counts })
    const rows = counts.map(({ protocol, service, category, outcome, reason, quantity }) => {
      const paint = outcome.startsWith('dropped') ? output.paint.red : output.paint.green
      const why = reason && outcome !== 'scrubbed' ? lossReason(reason).text : reason
      return [String(quantity), category, paint(outcome.replaceAll('-', ' ')), why || '–', service ?? '–', protocol]
    })
    const head = ['count', 'what', 'became', 'because', 'service', 'by']
    output.print(table(head, rows).trimEnd() || 'nothing came in')
    return 0
  },
})
