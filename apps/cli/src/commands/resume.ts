import { connectProject } from '../api/connect.ts'
import { nothing } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { reasonOf } from '../promotion/decide.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'where promotions are held', default: 'production' },
    { flags: '--reason <text>', text: 'why; it is written into the ledger' },
  ],
  examples: ['resume --environment production --reason "the cause is mended in 4b1d0e7"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const environment = call.required('environment')
    const reason = reasonOf(call)
    await connectProject(call, host).post(
      `/environments/${encodeURIComponent(environment)}/resume`,
      { reason },
      nothing,
    )
    output.json({ environment, hold: null })
    output.print(`promotions to ${environment} go on`)
    return 0
  },
})
