import { GantryError } from '@gantry/core'
import { connect } from '../api/connect.ts'
import { rememberServer } from '../api/known-servers.ts'
import { textIn } from '../api/read.ts'
import { signInDevice } from '../api/sign-in-device.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { openInBrowser } from '../terminal/open-in-browser.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [
    { name: '[server]', text: 'address of a server, to sign in to it; left out: print a link for the browser' },
  ],
  options: [{ flags: '--open', text: 'open the link in the browser too' }],
  details: `With an address this command signs in as you: the browser shows a code, and you say whether it is yours. The session is kept
in ~/.config/gantry/servers.json for 30 days. Without one it prints a link that signs a browser in, once, within the hour.`,
  examples: ['sign-in https://gantry.example.com', 'sign-in --open'],
  async run(call, host) {
    const server = call.text('server')
    if (server) await signInTo(server, call, host)
    else await printLink(call, host)
    return 0
  },
})

async function printLink(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const url = await connect(host).post('/api/v1/sign-in-links', {}, textIn('url'))
  output.json({ url })
  output.print(url)
  if (call.flag('open')) openInBrowser(url)
}

async function signInTo(server: string, call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const { origin: url } = addressOf(server)
  const token = await signInDevice(url, ({ code, address }) => {
    output.note(`open ${address}\nand see that it shows the code ${code}`)
    if (host.isInteractive || call.flag('open')) openInBrowser(address)
  }).catch(cause => {
    if (cause instanceof Error && cause.name === 'ZodError')
      throw new GantryError(
        'SERVER_UNREACHABLE',
        `${url} does not sign commands in; is it a Gantry server?`,
        {},
        { cause },
      )
    throw cause
  })
  rememberServer(host.env, url, token)
  output.json({ signedIn: url })
  output.print(`signed in to ${url}`)
}

function addressOf(server: string): URL {
  const url = URL.parse(server)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new CalledWrongly(`expected an address such as https://gantry.example.com, got "${server}"`)
}
