import { connectProject } from '../api/connect.ts'
import { texts } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--environment <name>', text: 'where', default: 'staging' }],
  details: 'Prints lines that $GITHUB_ENV takes as they are.',
  examples: ['urls --environment staging >> "$GITHUB_ENV"'],
  async run(call, host) {
    const output = outputOf(call, host)
    const environment = call.required('environment')
    const urls = await connectProject(call, host).get(`/environments/${encodeURIComponent(environment)}/urls`, texts)
    output.json(urls)
    for (const [name, url] of Object.entries(urls)) output.print(`${name}=${url}`)
    return 0
  },
})
