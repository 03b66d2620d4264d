import { setTimeout as sleep } from 'node:timers/promises'
import { Line, Me, Servers, type ServerView, type SyslogListenerView } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connect, connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderChecks, renderLine } from '../line/render-line.ts'
import { ago } from '../terminal/ago.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'

const watchEveryMs = 2_000

export const command = defineCommand({
  isOfProject: true,
  options: [
    { flags: '--environment <name>', text: 'only this environment' },
    { flags: '--watch', text: 'show it again every two seconds, until Ctrl-C' },
  ],
  examples: ['status', 'status --environment production --watch'],
  async run(call, host) {
    const api = connectProject(call, host)
    const output = outputOf(call, host)
    const only = call.text('environment')
    if (!call.flag('watch')) {
      await show(api, host, output, only)
      return 0
    }
    const stopped = new AbortController()
    const stopListening = host.onSignal(() => stopped.abort())
    try {
      while (!stopped.signal.aborted) {
        if (host.stdout.isTty && !output.isJson) host.stdout.write('\u001b[H\u001b[2J')
        await show(api, host, output, only)
        await sleep(watchEveryMs, undefined, { signal: stopped.signal }).catch(() => {})
      }
    } finally {
      stopListening()
    }
    return 0
  },
})

async function show(api: Api, host: Host, output: Output, only: string | undefined): Promise<void> {
  const ofServer = connect(host)
  const [line, me, { servers }] = await Promise.all([
    api.get('/line', one(Line)),
    ofServer.get('/api/v1/me', one(Me)),
    ofServer.get('/api/v1/servers', one(Servers)),
  ])
  const known = line.environments.map(({ name }) => name)
  if (only !== undefined && known.length > 0 && !known.includes(only)) {
    throw new CalledWrongly(`expected an environment among ${known.join(', ')}, got "${only}"`)
  }
  const role = me.roles[line.project] ?? 'viewer'
  const person = { ...me.person, role }
  output.json({ ...line, person, url: api.url, servers })
  const now = host.now()
  output.print(renderLine(line, output.paint, { now, only }).trimEnd())
  if (only !== undefined) return
  const checks = renderChecks(line, now)
  if (checks !== '') output.print(`\n${checks.trimEnd()}`)
  output.print(`\n${line.project} at ${api.url}, as ${person.name} (${person.role})`)
  if (servers.length > 1) output.print(servers.map(serverLine).join('\n'))
  const listeners = servers.flatMap(({ syslog }) => syslog)
  if (listeners.length > 0) output.print(listeners.map(listener => syslogLine(listener, now)).join('\n'))
  output.print(output.paint.dim(`git remote  ${line.gitRemote}\ndsn         ${line.dsn}`))
}

function syslogLine(listener: SyslogListenerView, now: Date): string {
  const { address, project, service, connections, taken, refused, lastRefusal } = listener
  const whose = project === null ? '' : ` for ${project}${service === null ? '' : `/${service}`}`
  const last = lastRefusal === null ? '' : ` (${shown(lastRefusal.why)}, ${ago(lastRefusal.at, now)})`
  return `syslog      ${address}${whose}, ${connections} connected, ${taken} lines taken, ${refused} refused${last}`
}

const serverLine = ({ host, address, role, projects }: ServerView): string =>
  `server      ${address ?? host} on ${host}, role ${role}${projects.length > 0 ? `, works on ${projects.join(', ')}` : ''}`
