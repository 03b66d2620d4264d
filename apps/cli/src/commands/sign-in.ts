import { connect } from '../api/connect.ts'
import { textIn } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { openInBrowser } from '../terminal/open-in-browser.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  options: [{ flags: '--open', text: 'open it in the browser too' }],
  details: 'The link works once, within the hour, for the person whose token this is.',
  examples: ['sign-in --open'],
  async run(call, host) {
    const output = outputOf(call, host)
    const url = await connect(host).post('/api/v1/sign-in-links', {}, textIn('url'))
    output.json({ url })
    output.print(url)
    if (call.flag('open')) openInBrowser(url)
    return 0
  },
})
