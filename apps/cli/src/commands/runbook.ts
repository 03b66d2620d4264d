import { GantryError } from '@gantry/core'
import { Runbook } from '@gantry/core/api'
import { didYouMean } from '@gantry/core/words'
import { connectProject } from '../api/connect.ts'
import { listIn } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '[alert]', text: 'name of an alert, or of the file; without it all are listed' }],
  examples: ['runbook error-spike'],
  async run(call, host) {
    const output = outputOf(call, host)
    const runbooks = await connectProject(call, host).get('/runbooks', listIn('runbooks', Runbook))
    const name = call.text('alert')
    if (name === undefined) {
      output.json({ runbooks })
      const rows = runbooks.map(({ slug, alerts, title }) => [slug, alerts.join(', '), title])
      output.print(table(['runbook', 'alerts', 'title'], rows).trimEnd() || 'main holds no runbooks')
      return 0
    }
    const found = runbooks.find(({ slug }) => slug === name) ?? runbooks.find(({ alerts }) => alerts.includes(name))
    if (!found) {
      const known = runbooks.flatMap(({ slug, alerts }) => [slug, ...alerts])
      throw new GantryError('NOT_FOUND', `no runbook "${name}"${didYouMean(name, known)}`)
    }
    output.json(found)
    output.print(found.markdown.trim())
    return 0
  },
})
