import { previewEnvironment, previewNumber, shortSha } from '@gantry/core'
import { Deployment, PreviewList, PreviewView } from '@gantry/core/api'
import * as z from 'zod'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import { carryOutInJob, isInJob, needsJob } from '../deployment/carry-out-in-job.ts'
import { followDeployment } from '../deployment/follow-deployment.ts'
import type { Host } from '../host.ts'
import { deployPreview } from '../preview/deploy-preview.ts'
import { ago } from '../terminal/ago.ts'
import { confirm } from '../terminal/confirm.ts'
import { openInBrowser } from '../terminal/open-in-browser.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import { cut, shown, table } from '../terminal/table.ts'

const actions = actionsOf({ list, open, deploy, remove })

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[number]', text: 'open, deploy, remove: number of the pull request' }],
  options: [
    { flags: '--environment <name>', text: 'open, deploy, remove: the same as the number, as in pr-12' },
    { flags: '--sha <commit>', text: 'deploy: the commit that was built (the one checked out)' },
    {
      flags: '--deployment <id>',
      text: 'remove: carry on with that one: Gantry asks a workflow for it when its job is gone',
    },
    { flags: '--reason <text>', text: 'remove: why; it is written into the ledger' },
    { flags: '--yes', text: 'remove: do not ask' },
    { flags: '--removed', text: 'list: also those that are gone' },
  ],
  details: `A preview is a pull request at addresses of its own, with a database of its own. preview.yml makes it, and it goes when the
pull request is closed, or gets no commit for as long as \`previews.expires\` says.`,
  examples: ['previews', 'previews open 12', 'previews remove 12 --reason "nobody looks at it"'],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const asked = call.flag('removed') ? '?removed=true' : ''
  const found = await connectProject(call, host).get(`/previews${asked}`, one(PreviewList))
  output.json(found)
  const rows = found.previews.map(preview => [
    `#${preview.number}`,
    preview.state,
    shortSha(preview.sha),
    cut(shown(preview.title), 40),
    preview.address ?? preview.because ?? '–',
    ago(preview.deployedAt, host.now()),
  ])
  const none =
    found.most === null ? 'gantry.config.ts has no previews: write `previews: {}`' : 'no pull request has a preview'
  output.print(table(['pull request', 'state', 'commit', 'title', 'where', 'deployed'], rows).trimEnd() || none)
}

async function open(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const environment = environmentIn(call)
  const preview = await connectProject(call, host).get(`/previews/${environment}`, one(PreviewView))
  output.json(preview)
  const { address, number, state, because } = preview
  if (address === null) {
    output.print(`#${number} answers nowhere: ${because === null ? words[state] : shown(because)}`)
    return 1
  }
  output.print(address)
  if (host.isInteractive && !output.isJson) openInBrowser(address)
  return 0
}

const words: Record<PreviewView['state'], string> = {
  making: 'it is being made',
  ready: 'it has no address',
  failed: 'it failed',
  refused: 'it was refused',
  removing: 'it is being removed',
  removed: 'it is removed',
}

async function deploy(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const environment = environmentIn(call)
  const started = await deployPreview(api, { environment, sha: call.text('sha'), host, say: output.note })
  const ended = await seen(api, started, host, output)
  const preview = await api.get(`/previews/${environment}`, one(PreviewView))
  output.json({ preview, deployment: ended })
  if (ended.liveAt === null) {
    output.print(`${environment} did not become live: ${ended.failure ?? `it ended as ${ended.state}`}`)
    return 1
  }
  output.print(`${environment} is at ${preview.address ?? 'no address'}`)
  return 0
}

const Removal = z.object({ removal: Deployment.nullable() })

async function remove(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const environment = environmentIn(call)
  const begun = call.text('deployment')
  if (begun === undefined && host.isInteractive && !call.flag('yes') && !output.isJson) {
    const isSure = await confirm(host, `Remove ${environment}, with its database?`)
    if (!isSure) {
      output.note('nothing was removed')
      return 1
    }
  }
  const first = begun
    ? await api.get(`/deployments/${encodeURIComponent(begun)}`, one(Deployment))
    : await askRemoval(api, environment, reasonIn(call))
  if (first === null) {
    output.json({ removal: first })
    output.print(`${environment}: nothing has to be waited for; it goes once what is under way there has ended`)
    return 0
  }
  const ended = await removeAll(api, first, { host, output, reason: reasonIn(call) })
  output.json({ removal: ended })
  output.print(ended.state === 'failed' ? `${environment}: ${ended.failure}` : `${environment} is ${ended.state}`)
  return ended.state === 'failed' && ended.kind === 'removal' ? 1 : 0
}

const askRemoval = async (api: Api, environment: string, reason: string): Promise<Deployment | null> =>
  (await api.post(`/previews/${environment}/removal`, { reason }, one(Removal))).removal

/** Each commit that had services of its own is removed by itself: the credentials may be in this job alone. */
async function removeAll(
  api: Api,
  first: Deployment,
  { host, output, reason }: { host: Host; output: Output; reason: string },
): Promise<Deployment> {
  const ended = await seen(api, first, host, output)
  if (ended.state !== 'removed') return ended
  const { environment } = ended
  const { state } = await api.get(`/previews/${environment}`, one(PreviewView))
  const next = state === 'removing' ? await askRemoval(api, environment, reason) : null
  return next === null ? ended : removeAll(api, next, { host, output, reason })
}

/** Sees it to its end, and carries out here what the server has no credentials for. */
async function seen(api: Api, started: Deployment, host: Host, output: Output): Promise<Deployment> {
  const carriedOut =
    isInJob(host) && needsJob(started) ? carryOutInJob(api, started, { host, say: output.note }) : undefined
  const [ended] = await Promise.all([followDeployment(api, started, { say: output.print, now: host.now }), carriedOut])
  return ended
}

const reasonIn = (call: Call): string => call.text('reason') || 'it is not needed any more'

function environmentIn(call: Call): string {
  const named = call.text('environment')
  if (named !== undefined && previewNumber(named) !== null) return named
  const number = Number(call.text('number')?.replace('#', ''))
  if (Number.isInteger(number) && number > 0) return previewEnvironment(number)
  throw new CalledWrongly(
    'expected the number of a pull request, as in `gantry previews open 12`',
    'See `gantry previews`.',
  )
}
