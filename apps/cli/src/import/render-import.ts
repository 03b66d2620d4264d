import type { Import } from '@gantry/core/api'
import { ago } from '../terminal/ago.ts'
import { cut, table } from '../terminal/table.ts'
import type { IssueCounts } from './bring-issues.ts'
import type { Brought } from './carry-out.ts'
import type { Mapped } from './known-services.ts'

export function renderImports(imports: readonly Import[], now: Date): string {
  const rows = imports.map(({ id, origin, asked, state, by, startedAt, issues, releases }) => [
    ...[id, state, `${cut(origin.organization, 30)} at ${cut(origin.url, 40)}`],
    ...[cut(Object.keys(asked.projects).join(' '), 30), String(issues), String(releases), by, ago(startedAt, now)],
  ])
  const head = ['import', 'state', 'from', 'projects', 'issues', 'releases', 'by', 'begun']
  return table(head, rows).trimEnd() || 'no import'
}

const serviceOf = (service: string | null | undefined): string => service ?? '– (no service)'

export function renderPlan(
  projects: Mapped,
  { issues, releases }: { issues: Record<string, IssueCounts>; releases: number },
): string {
  const rows = Object.entries(issues).map(([project, counts]) => [
    ...[cut(project, 40), serviceOf(projects[project]), String(counts.seen), String(counts.new)],
    ...[String(counts.known), String(counts.old)],
  ])
  const head = ['project', 'service here', 'issues', 'would come', 'here already', 'older']
  return `${table(head, rows)}${releases} releases would come, but for those that are named here. Nothing was changed.${withoutService(projects)}`
}

export function renderBrought({ import: { id, issues: all }, issues, releases, isResumed }: Brought): string {
  const rows = Object.entries(issues).map(([project, counts]) => [
    ...[cut(project, 40), String(counts.seen), String(counts.new), String(counts.joined)],
    ...[String(counts.known), String(counts.old), String(counts.withoutEvent), String(counts.unread)],
  ])
  const head = ['project', 'issues', 'new', 'joined', 'known', 'older', 'no event', 'unread']
  return [
    table(head, rows).trimEnd(),
    `${releases} releases are new. Import ${id}${isResumed ? ', which was gone on with,' : ''} brought ${all} issues; \`gantry import undo ${id}\` takes it back.`,
  ].join('\n')
}

function withoutService(projects: Mapped): string {
  const none = Object.entries(projects).flatMap(([project, service]) => (service === null ? [cut(project, 40)] : []))
  if (none.length === 0) return ''
  return `\nNo service here is called ${none.join(', ')}: say which it is (--from ${none[0]}=<service>), or what its service sends may not land in what is brought.`
}
