import type { Notice } from '@gantry/core'

/** What stands on the terminal of the server for a notice: what happened, where to look, what to do. */
function pageText({ kind, severity, project, environment, title, incident, url, runbookUrl, by }: Notice): string {
  const what = incident === null ? kind : `incident ${incident} ${kind}${by && by !== 'gantry' ? ` by ${by}` : ''}`
  const lines = [`${what}, ${severity}: ${project} ${environment}, ${title}`, `  ${url}`]
  if (runbookUrl && kind === 'opened') lines.push(`  runbook: ${runbookUrl}`)
  return lines.join('\n')
}

/**
 * The pager of a machine where nothing else is set up: says each notice once, however many channels could not take it.
 * @param say prints a line where a person may see it
 */
export function terminalPager(say: (text: string) => void): (notice: Notice) => void {
  const said = new Set<string>()
  return notice => {
    const key = [notice.dedupKey, notice.kind, notice.at].join(' ')
    if (said.has(key)) return
    // What comes twice comes soon: the channels of one notice.
    if (said.size >= 1_000) said.clear()
    said.add(key)
    say(pageText(notice))
  }
}
