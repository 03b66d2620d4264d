import type { Assignee, ImportedIssue, ImportedState, ImportingIssue } from '@gantry/core'
import { IngestConfig } from '@gantry/core/config'
import { scrubberFor } from '@gantry/ingest'
import type { ProjectContext } from '../project/open-project.ts'
import { readReports } from './read-reports.ts'

/** Issues of elsewhere as the store takes them: their events grouped, their people found among those of the project. */
export async function importBatch(
  issues: readonly ImportedIssue[],
  context: ProjectContext,
): Promise<ImportingIssue[]> {
  const { stored, store, project, sources, now, newId } = context
  const { config } = await project.current()
  const settings = IngestConfig.parse(config?.ingest ?? {})
  const members = await store.access.members(stored.name)
  const { text: scrubbed } = scrubberFor(settings.scrub)
  const read: ImportingIssue[] = []
  for (const { reports, assignee, service, ...issue } of issues) {
    const reading = {
      ...{ project: stored.name, service, folder: (service !== null && config?.services[service]?.path) || null },
      ...{ settings, rules: config?.grouping ?? [], mapped: sources.mapped, now: now().toISOString(), newId },
    }
    read.push({
      ...{ ...issue, service, title: scrubbed(issue.title).value },
      state: withoutOldSilence(issue.state, reading.now),
      comments: issue.comments.map(comment => ({ ...comment, text: scrubbed(comment.text).value })),
      assignee: assignee && assigneeOf(assignee, members),
      reports: await readReports(reports, reading),
    })
  }
  return read
}

/** Somebody of the project by e-mail; whom Gantry does not know keeps the name from there. */
function assigneeOf(
  { email, name }: NonNullable<ImportedIssue['assignee']>,
  members: readonly { id: string; name: string; email: string | null }[],
): Assignee {
  const member = email === null ? undefined : members.find(one => one.email?.toLowerCase() === email.toLowerCase())
  if (member) return { person: member.id, name: member.name, why: 'by-hand' }
  return { person: null, name: name || email || 'somebody', why: 'by-hand' }
}

/** A silence that is over by now would end once more, and be told. */
function withoutOldSilence(state: ImportedState, now: string): ImportedState {
  const isOver = state.to === 'muted' && state.until !== null && Date.parse(state.until) <= Date.parse(now)
  return isOver ? { to: 'open', regressedAt: null } : state
}
