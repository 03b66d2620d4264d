import {
  channelsFor,
  decideIssueNotices,
  type ErrorEvent,
  type Project,
  type Store,
  type UntoldTurn,
} from '@gantry/core'
import { durationMs, IssuesConfig } from '@gantry/core/config'
import type { ProjectLive } from '../live/project-live.ts'
import { earliest } from './due-work.ts'

export interface IssueWatchParts {
  store: Pick<Store, 'issues' | 'issueLife'>
  project(): Promise<Project>
  live: ProjectLive
  /** Finds who looks after issues that are new. It asks git, and nobody waits for it. */
  assign(turns: readonly UntoldTurn[], by: IssuesConfig['assign']): void
  now(): Date
  /** Address of the project's screens. */
  pages(): string
  onNotices(): void
}

const atOnce = 500

/**
 * Tells of what Gantry noticed since it looked last, by the rules of the config, has issues that are new assigned, and opens those whose
 * silence is over. Telling comes first: whatever else fails or takes long, nobody is told later because of it. Answers when it has to look again though nothing happens.
 */
export async function watchIssues(parts: IssueWatchParts): Promise<Date | null> {
  const { store, now, live } = parts
  const { name, config } = await parts.project()
  const at = now().toISOString()
  const tellAt = config ? await tellTurns(parts, name, at) : null
  const woken = await store.issueLife.wake(name, at)
  for (const number of woken) live.tell({ topic: 'issue', key: String(number) })
  const nextWake = woken.length > 0 ? at : await store.issueLife.nextWake(name)
  return earliest([nextWake, tellAt].map(time => (time === null ? null : new Date(time))))
}

async function tellTurns(parts: IssueWatchParts, name: string, now: string): Promise<string | null> {
  const { store, pages } = parts
  const { config } = await parts.project()
  const turns = await store.issueLife.untold(name, atOnce)
  if (!config || turns.length === 0) return null
  // A config that an older Gantry stored does not have them.
  const settings = IssuesConfig.parse(config.issues ?? {})
  const tags = await tagsFor(turns, settings, name, store)
  const since = new Date(Date.parse(now) - durationMs(settings.digest)).toISOString()
  const decided = decideIssueNotices(turns, settings, {
    ...{ project: name, now, pages: pages(), toldLately: await store.issueLife.toldSince(name, since) },
    tagsOf: ({ act }) => tags.get(act) ?? null,
  })
  const notices = decided.notices.flatMap(notice =>
    channelsFor(notice.severity, config.routes).map(channel => ({ channel, notice })),
  )
  if (decided.turns.length === 0) return decided.digestAt
  // Another server that told them first has told them: they are not there any more.
  if (!(await store.issueLife.tell(name, decided.turns, notices))) return now
  if (notices.length > 0) parts.onNotices()
  const told = new Set(decided.turns.map(({ act }) => act))
  const fresh = turns.filter(({ act, kind }) => kind === 'new' && told.has(act))
  parts.assign(fresh, settings.assign)
  return turns.length < atOnce ? decided.digestAt : now
}

/** By act. Read only where a rule asks for them. */
async function tagsFor(
  turns: UntoldTurn[],
  { tell }: IssuesConfig,
  project: string,
  { issues }: Pick<Store, 'issues'>,
): Promise<ReadonlyMap<string, ErrorEvent['tags']>> {
  const tags = new Map<string, ErrorEvent['tags']>()
  if (!tell.some(rule => rule.tags)) return tags
  for (const { act, event } of turns) {
    const found = event === null ? null : await issues.event(project, event)
    if (found) tags.set(act, found.event.tags)
  }
  return tags
}
