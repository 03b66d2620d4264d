import { resolve } from 'node:path'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { requireGit } from '../local-run/git-facts.ts'
import { checkoutAround } from '../server/checkout.ts'
import { buildDashboard, isStale } from '../server/dashboard-build.ts'
import { readyServer } from '../server/ready-server.ts'
import { exitCodeOfServer } from '../server/server-exit.ts'
import { startServerProcess } from '../server/server-process.ts'
import { openInBrowser } from '../terminal/open-in-browser.ts'
import { type Output, outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  options: [
    { flags: '--port <port>', text: 'where to listen (PORT; 4400)' },
    { flags: '--home <folder>', text: 'where the data lives (GANTRY_HOME; .gantry)' },
    { flags: '--database-url <url>', text: 'a Postgres to use instead of the embedded one (DATABASE_URL)' },
    {
      flags: '--role <role>',
      text: 'what this process does, of several on one database: answer, work, or both (GANTRY_ROLE; all)',
      choices: ['all', 'web', 'worker'],
    },
    { flags: '--no-sample', text: 'do not bring up the sample product' },
    { flags: '--open', text: 'open the dashboard in the browser, signed in' },
  ],
  details: `Ctrl-C stops everything that was started; a second one does not wait.
With --json one line {"url", "signInUrl"} is printed when it is ready, and what the server says goes to stderr.`,
  examples: ['up', 'up --port 4500 --home /var/lib/gantry --no-sample'],
  async run(call, host) {
    const output = outputOf(call, host)
    await requireGit()
    const checkout = checkoutAround(host.main)
    if (await isStale(checkout)) {
      output.note('building the dashboard …')
      const fault = await buildDashboard(checkout, { ...host.env })
      if (fault !== null) output.note(`${fault}\nthe dashboard could not be built; everything else starts`)
    }
    const env = serverEnvironment(call, host)
    const startedAtMs = host.now().getTime()
    const server = startServerProcess({ main: checkout.server, env }, host, output.isJson ? 'stderr' : 'stdout')
    const over = new AbortController()
    const announced = announce(call, env['GANTRY_HOME'] ?? '', startedAtMs, output, over.signal)
    const code = await server.ended
    over.abort()
    await announced
    return exitCodeOfServer(code)
  },
})

function serverEnvironment(call: Call, host: Host): NodeJS.ProcessEnv {
  const port = call.int('port', { min: 0, max: 65_535 })
  const databaseUrl = call.text('databaseUrl')
  const role = call.text('role')
  return {
    ...host.env,
    GANTRY_HOME: resolve(host.cwd, call.text('home') ?? (host.env['GANTRY_HOME'] || '.gantry')),
    ...(port !== undefined && { PORT: String(port) }),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...(role !== undefined && { GANTRY_ROLE: role }),
    ...(call.flag('sample') ? {} : { GANTRY_SAMPLE: 'off' }),
  }
}

/** The server prints its address itself; this is for those who asked for more. */
async function announce(call: Call, home: string, sinceMs: number, output: Output, over: AbortSignal): Promise<void> {
  if (!call.flag('open') && !output.isJson) return
  try {
    const ready = await readyServer(home, sinceMs, over)
    if (ready === null) return
    output.json(ready)
    if (call.flag('open')) openInBrowser(ready.signInUrl)
  } catch (cause) {
    output.note(`no sign-in link could be made: ${cause instanceof Error ? cause.message : cause}`)
  }
}
