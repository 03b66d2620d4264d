import { connectProject } from '../api/connect.ts'
import { nothing } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { reasonOf } from '../promotion/decide.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'where promotions wait', default: 'production' },
    { flags: '--reason <text>', text: 'why; those who wait read it, and it is written into the ledger' },
  ],
  details: 'Promotions wait until `gantry resume`. What is live stays live, and can be rolled back.',
  examples: ['hold --environment production --reason "the database is being moved"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const environment = call.required('environment')
    const reason = reasonOf(call)
    await connectProject(call, host).post(`/environments/${encodeURIComponent(environment)}/hold`, { reason }, nothing)
    output.json({ environment, held: true })
    output.print(`promotions to ${environment} wait until \`gantry resume --environment ${environment}\``)
    return 0
  },
})
