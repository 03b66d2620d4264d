import { durationMs } from '../../config/duration-field.ts'
import type { IssueRule, IssuesConfig } from '../../config/issues-config.ts'
import { instantMs, instantOf } from '../../duration/instant.ts'
import type { Notice } from '../../notice/notice.ts'
import { isPreview } from '../../preview/preview.ts'
import { counted } from '../../words/counted.ts'
import { isLike } from '../grouping/grouping-rules.ts'
import type { UntoldTurn } from './issue-life-store.ts'

export interface NoticeFacts {
  project: string
  now: string
  /** How many were told one by one within the time of a digest. */
  toldLately: number
  /** Address of the project's screens. */
  pages: string
  /** Tags of the event of a turn, for rules that ask for them; null: it is not kept. */
  tagsOf(turn: UntoldTurn): Readonly<Record<string, string>> | null
}

export interface IssueNotices {
  turns: { act: string; told: 'own' | 'digest' | 'nobody' }[]
  notices: Notice[]
  /** When those that wait are told together; null: none waits. */
  digestAt: string | null
}

/**
 * What is told of what Gantry noticed: each turn once, by the first rule that fits. Of many at once the first are told one by one, and
 * the rest as one message when the time of a digest is over, so that a bad release rings a phone ten times and not a thousand.
 */
export function decideIssueNotices(
  turns: readonly UntoldTurn[],
  config: IssuesConfig,
  facts: NoticeFacts,
): IssueNotices {
  const decided: IssueNotices = { turns: [], notices: [], digestAt: null }
  const waiting: Told[] = []
  let left = config.atMost - facts.toldLately
  for (const turn of turns) {
    const rule = isOver(turn) ? undefined : config.tell.find(one => fits(one, turn, facts))
    if (!rule) decided.turns.push({ act: turn.act, told: 'nobody' })
    else if (left-- > 0) {
      decided.turns.push({ act: turn.act, told: 'own' })
      decided.notices.push(noticeOf({ turn, rule }, facts))
    } else waiting.push({ turn, rule })
  }
  const [oldest] = waiting
  if (!oldest) return decided
  const digestMs = instantMs(oldest.turn.at) + durationMs(config.digest)
  if (instantMs(facts.now) < digestMs) return { ...decided, digestAt: instantOf(digestMs) }
  for (const { turn } of waiting) decided.turns.push({ act: turn.act, told: 'digest' })
  decided.notices.push(digestOf(waiting, facts))
  return decided
}

interface Told {
  turn: UntoldTurn
  rule: IssueRule
}

/** Somebody has seen to it before anybody was told. */
const isOver = ({ issue }: UntoldTurn): boolean => issue.state !== 'open'

const levels = ['fatal', 'error', 'warning', 'info', 'debug'] as const

function fits(rule: IssueRule, turn: UntoldTurn, { tagsOf }: NoticeFacts): boolean {
  const { issue, environment, service, release } = turn
  if (!rule.on.includes(turn.kind) || levels.indexOf(issue.level) > levels.indexOf(rule.level)) return false
  // What a pull request breaks in its preview is for whoever tries it there.
  if (isPreview(environment) || (rule.environments && !rule.environments.includes(environment))) return false
  if (rule.services && (service === null || !rule.services.includes(service))) return false
  if (rule.release !== undefined && (release === null || !isLike(release, rule.release))) return false
  if (!rule.tags) return true
  const tags = tagsOf(turn) ?? {}
  return Object.entries(rule.tags).every(([name, pattern]) => isLike(tags[name] ?? '', pattern))
}

const said: Record<UntoldTurn['kind'], string> = {
  new: 'New issue',
  regressed: 'Back again',
  woken: 'No longer silent',
}

function noticeOf({ turn, rule }: Told, { project, now, pages }: NoticeFacts): Notice {
  const { issue, kind, environment, service, release } = turn
  const place = issue.culprit === null ? '' : ` (${issue.culprit})`
  return {
    kind: 'issue',
    // Of each turn its own: a receiver that joins what has one key would swallow that it came back.
    dedupKey: `gantry-${project}-issue-${issue.number}-${turn.act}`.slice(0, 255),
    ...{ project, severity: rule.severity, environment, service, release, incident: null, at: now, by: null },
    title: `${said[kind]} #${issue.number}: ${issue.title}${place}`,
    url: `${pages}/issues/${issue.number}`,
    runbookUrl: null,
  }
}

const titlesShown = 3

function digestOf(waiting: Told[], { project, now, pages }: NoticeFacts): Notice {
  const severities = ['critical', 'warning', 'info'] as const
  const severity = severities.find(one => waiting.some(({ rule }) => rule.severity === one)) ?? 'info'
  const [first] = waiting
  const titles = waiting.slice(0, titlesShown).map(({ turn: { issue } }) => `#${issue.number} ${issue.title}`)
  const more = waiting.length > titlesShown ? `; and ${waiting.length - titlesShown} more` : ''
  return {
    kind: 'issue',
    dedupKey: `gantry-${project}-issues-${first?.turn.act}`.slice(0, 255),
    ...{ project, severity, environment: first?.turn.environment ?? '', service: null, release: null },
    ...{ incident: null, at: now, by: null, runbookUrl: null },
    title: `${counted(waiting.length, 'further issue')} new or back again: ${titles.join('; ')}${more}`,
    url: `${pages}/issues`,
  }
}
