import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectedGitHubView, GitHubView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { nothing, one } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { ago } from '../terminal/ago.ts'
import { confirm } from '../terminal/confirm.ts'
import { openInBrowser } from '../terminal/open-in-browser.ts'
import { outputOf } from '../terminal/output.ts'

const lookEveryMs = 2_000
const patienceMs = 10 * 60_000

/** How the project is connected. Exits 1 when something is missing. */
export async function status(call: Call, host: Host): Promise<0 | 1> {
  const output = outputOf(call, host)
  const view = await connectProject(call, host).get('/github', one(GitHubView))
  output.json(view)
  const { repository, by, app, hook, audience, issuer, problems } = view
  if (repository === null) output.print('not connected; `gantry github connect` does')
  else {
    const asked = { app: `the App ${app?.slug}`, token: 'a personal token', nothing: 'nothing' }[by]
    output.print(`repository   ${repository}`)
    output.print(`asked with   ${asked}`)
    output.print(`its jobs     believed by a token of ${issuer} for ${audience}`)
    output.print(
      `webhooks     ${hook.address}, ${hook.lastAt === null ? 'none came yet' : `the last ${ago(hook.lastAt, host.now())}`}`,
    )
    if (app && !app.isInstalled) output.print(`install      ${app.installPage}`)
  }
  for (const problem of problems) output.note(problem)
  return repository !== null && problems.length === 0 ? 0 : 1
}

/** Trusts the repository, and leads to the page that makes its App; or keeps a personal token. */
export async function connectGitHub(call: Call, host: Host): Promise<0 | 1> {
  const output = outputOf(call, host)
  const repository = call.text('repository') ?? (await gitFacts(host.cwd)).repository
  const token = call.flag('token') ? await givenToken(host) : undefined
  const organization = call.text('organization')
  const api = connectProject(call, host)
  const asked = { repository, ...(token && { token }), ...(organization && { organization }) }
  const { page } = await api.post('/github/connect', asked, one(ConnectedGitHubView))
  if (page === null) {
    output.json({ repository, by: 'token' })
    output.print(
      `${repository} is asked with your token; webhooks go to ${(await api.get('/github', one(GitHubView))).hook.address}`,
    )
    return 0
  }
  output.print(`Make the App of ${repository} here, then install it on that repository:`)
  output.print(`  ${page}`)
  if (call.flag('json') || !host.isInteractive) {
    output.json({ repository, page })
    return 0
  }
  openInBrowser(page)
  for (const endMs = host.now().getTime() + patienceMs; host.now().getTime() < endMs; await sleep(lookEveryMs)) {
    if ((await api.get('/github', one(GitHubView))).by !== 'app') continue
    output.print(`${repository} is connected`)
    return 0
  }
  output.note('nothing came back within ten minutes; `gantry github status` says how it stands')
  return 1
}

export async function disconnect(call: Call, host: Host): Promise<0 | 1> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const { repository, app } = await api.get('/github', one(GitHubView))
  if (repository === null) throw new CalledWrongly('the project is not connected with GitHub')
  if (!call.flag('yes') && !host.isInteractive) throw new CalledWrongly('expected --yes, there is nobody to ask')
  const question = `Forget ${repository}? Its jobs are not believed any more, and key and token are thrown away.`
  if (!call.flag('yes') && !(await confirm(host, question))) {
    output.note('nothing was changed')
    return 1
  }
  await api.post('/github/disconnect', {}, nothing)
  output.json({ disconnected: repository })
  output.print(`${repository} is forgotten`)
  if (app) output.note(`the App ${app.slug} is still on GitHub: remove it there`)
  return 0
}

/** Never as an argument: others on the machine see those. */
async function givenToken(host: Host): Promise<string> {
  const given = host.env['GITHUB_TOKEN'] ?? (host.isInteractive ? await host.askHidden('Token of GitHub: ') : '')
  if (given.trim() !== '') return given.trim()
  throw new CalledWrongly('expected a token in GITHUB_TOKEN', 'Make one under Settings → Developer settings of GitHub.')
}
