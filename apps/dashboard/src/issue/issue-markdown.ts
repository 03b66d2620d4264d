import type { ErrorEvent, EventView, Issue } from '@gantry/core/api'

/** The whole trace as text, the failing frame first. */
export function rawTrace(event: ErrorEvent): string {
  return event.exceptions
    .toReversed()
    .map((exception, index) => {
      const head = `${index > 0 ? 'Wrapped in ' : ''}${exception.type ?? 'Error'}: ${exception.value}`
      const frames = exception.frames
        .toReversed()
        .map(
          frame =>
            `    at ${frame.function ?? '<anonymous>'} (${frame.file}:${frame.line ?? '?'}:${frame.column ?? '?'})`,
        )
      return [head, ...frames].join('\n')
    })
    .join('\n')
}

/** An issue to paste into a ticket, a chat or an assistant. */
export function issueMarkdown(issue: Issue, event: EventView | undefined, url: string): string {
  const lines = [
    `## ${issue.title}`,
    '',
    `- Issue ${issue.number}, ${issue.state}: ${url}`,
    `- ${issue.events} events, ${issue.people} people, in ${issue.environments.join(', ')}`,
    `- First seen ${issue.firstSeen}${issue.firstRelease ? ` with ${issue.firstRelease}` : ''}`,
    `- Last seen ${issue.lastSeen}${issue.lastRelease ? ` with ${issue.lastRelease}` : ''}`,
  ]
  const change = event?.lastChange
  if (change) lines.push(`- Last changed there in ${change.sha.slice(0, 7)} “${change.title}” by ${change.author}`)
  if (!event) return `${lines.join('\n')}\n`
  const trail = event.breadcrumbs
    .slice(-10)
    .map(({ at, category, message }) => `- ${at ?? ''} ${category ?? ''} ${message}`)
  return [
    ...lines,
    '',
    '```',
    rawTrace(event),
    '```',
    ...(trail.length > 0 ? ['', '### Trail', ...trail] : []),
    '',
  ].join('\n')
}
