import { connectProject } from '../api/connect.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import { type Begun, badRelease, type DrillRun } from '../drill/bad-release.ts'
import type { DrillParts } from '../drill/line-to-production.ts'
import { allMarks, type DrillResult, markTitles } from '../drill/marks.ts'
import { restore } from '../drill/restore.ts'
import { took } from '../terminal/ago.ts'
import { type Output, outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '<scenario>', text: 'what to try', choices: ['bad-release'] }],
  options: [
    { flags: '--break <name>', text: 'which prepared commit to ship', default: 'fails-30-percent' },
    { flags: '--environment <name>', text: 'where it is shipped to', default: 'production' },
    { flags: '--service <name>', text: 'the service that is asked under load', default: 'backend' },
    { flags: '--path <path>', text: 'what it is asked for', default: '/api/sites' },
    { flags: '--no-restore', text: 'leave everything as the rescue left it' },
  ],
  details: `For the sample product only. Pushes a commit somebody could have made, waits for green, approves it for production under load,
and times what Gantry does: incident, page, verdict, rollback, good answers again. Then it reverts the commit, resumes
promotions and resolves the incident, also when Ctrl-C ends it early. Takes some minutes. Exits 1 when a link of the chain did not happen, or too late.`,
  examples: ['drill bad-release', 'drill bad-release --break fails-30-percent --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const interrupted = new AbortController()
    const parts: DrillParts = {
      api: connectProject(call, host),
      environment: call.required('environment'),
      say: output.note,
      nowMs: () => host.now().getTime(),
      interrupted: interrupted.signal,
    }
    const what = { breakName: call.required('break'), service: call.required('service'), path: call.required('path') }
    const begun: Begun = { sha: null, isApproved: false }
    const stopListening = host.onSignal(() => {
      if (interrupted.signal.aborted) process.exit(130)
      const isPutBack = begun.sha !== null && call.flag('restore')
      output.note(
        isPutBack ? `interrupted; putting everything back: some minutes. Again to leave it as it is` : 'interrupted',
      )
      interrupted.abort()
    })
    let drill: DrillRun
    try {
      drill = await badRelease(what, parts, begun)
    } finally {
      if (begun.sha !== null && call.flag('restore')) await restoredOrSaid(begun.sha, begun, parts, output)
      stopListening()
    }
    return report(drill, output)
  },
})

/** What was measured stays true when the clearing up fails. */
async function restoredOrSaid(sha: string, { isApproved }: Begun, parts: DrillParts, output: Output): Promise<void> {
  try {
    await restore(sha, isApproved, { ...parts, interrupted: null })
  } catch (cause) {
    output.note(`not everything was put back: ${cause instanceof Error ? cause.message : cause}`)
    output.note(`see \`gantry status\`; then \`gantry resume --environment ${parts.environment}\``)
  }
}

function report({ result, ...rest }: DrillRun, output: Output): ExitCode {
  output.json({ ...result, ...rest })
  output.print(renderResult(result, output))
  output.print(`${rest.requests} requests, ${rest.bad} of them bad`)
  for (const fault of result.faults) output.print(output.paint.red(fault))
  return result.passed ? 0 : 1
}

function renderResult({ durationsMs, targets, hasChannels }: DrillResult, { paint }: Output): string {
  const rows = allMarks.map(mark => {
    const ms = durationsMs[mark]
    const target = targets[mark]
    const isNotSetUp = mark === 'paged' && !hasChannels
    const isMet = isNotSetUp || (ms !== undefined && (target === undefined || ms < target))
    const measured = isNotSetUp ? "on the server's terminal only" : ms === undefined ? 'did not happen' : took(ms)
    return [
      markTitles[mark],
      isMet ? paint.green(measured) : paint.red(measured),
      target === undefined ? '' : `< ${took(target)}`,
    ]
  })
  return table(['after the bad release was live', 'measured', 'target'], rows).trimEnd()
}
