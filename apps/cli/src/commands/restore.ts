import { resolve } from 'node:path'
import { defineCommand } from '../command/command.ts'
import { requireGit } from '../local-run/git-facts.ts'
import { checkoutAround } from '../server/checkout.ts'
import { exitCodeOfServer } from '../server/server-exit.ts'
import { startServerProcess } from '../server/server-process.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '<file>', text: 'what `gantry backup` wrote' }],
  options: [
    { flags: '--home <folder>', text: 'where the data will live (GANTRY_HOME; .gantry)' },
    { flags: '--database-url <url>', text: 'a Postgres to use instead of the embedded one (DATABASE_URL)' },
    { flags: '--force', text: 'throw away what the folder and the database hold' },
  ],
  details: `Stop every server of that folder and database first. The file may come from another machine and from the other kind of database.
Afterwards \`gantry up\` goes on where the backup was made: it ends or undoes deployments that were under way, and waits for the same
approvals.`,
  examples: ['restore gantry-2026-11-27.tar.gz --home /var/lib/gantry', 'restore whole.tar.gz --force'],
  async run(call, host) {
    const output = outputOf(call, host)
    await requireGit()
    const databaseUrl = call.text('databaseUrl')
    const env = {
      ...host.env,
      GANTRY_HOME: resolve(host.cwd, call.text('home') ?? (host.env['GANTRY_HOME'] || '.gantry')),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    }
    const file = resolve(host.cwd, call.required('file'))
    const args = ['restore', file, ...(call.flag('force') ? ['--force'] : [])]
    const { server } = checkoutAround(host.main)
    const restoring = startServerProcess({ main: server, args, env }, host, output.isJson ? 'stderr' : 'stdout')
    const code = exitCodeOfServer(await restoring.ended)
    if (code === 0) output.json({ restored: file, home: env.GANTRY_HOME })
    return code
  },
})
