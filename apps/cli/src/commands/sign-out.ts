import { GantryError } from '@gantry/core'
import { apiAt } from '../api/api.ts'
import { forgetServer, knownServers } from '../api/known-servers.ts'
import { nothing } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '[server]', text: 'address of the server; left out: the one signed in to last' }],
  details: 'Ends the session that `gantry sign-in https://…` opened, there and here.',
  examples: ['sign-out', 'sign-out https://gantry.example.com'],
  async run(call, host) {
    const output = outputOf(call, host)
    const known = knownServers(host.env)
    const asked = call.text('server')
    const url = asked ? (URL.parse(asked)?.origin ?? asked) : known.newest
    const kept = url === null ? undefined : known.servers[url]
    if (url === null || !kept) {
      const servers = Object.keys(known.servers).join(', ')
      throw new CalledWrongly(
        url === null ? 'you are signed in nowhere' : `you are not signed in to ${url}`,
        servers && `You are to ${servers}.`,
      )
    }
    await apiAt({ url, token: kept.token })
      .post('/api/v1/sign-out', {}, nothing)
      .catch(cause => {
        // It is over there already: what is left is to forget it here.
        if (!(cause instanceof GantryError && cause.code === 'UNAUTHENTICATED')) throw cause
      })
    forgetServer(host.env, url)
    output.json({ signedOut: url })
    output.print(`signed out of ${url}`)
    return 0
  },
})
