import type { IssueAct } from '../issue/life/issue-act.ts'
import type { IssueLife } from '../issue/life/issue-life.ts'
import { counted } from './counted.ts'
import { shortSha } from './short-sha.ts'

/** What an act did, behind who did it: `resolved it in the next release after 4b1d0e7`. */
export function issueActInWords({ kind, change, issues, release }: IssueAct): string {
  const after = change?.after
  const others = issues.map(number => `#${number}`).join(', ')
  if (kind === 'resolved') return `resolved it${inRelease(after?.resolution ?? null)}`
  if (kind === 'muted') return `muted it${muteInWords(after?.mute ?? null)}`
  if (kind === 'assigned') return after?.assignee ? `assigned it to ${after.assignee.name}` : 'took the assignment away'
  if (kind === 'merged') return `merged ${others} into it`
  if (kind === 'split') return `split ${others} off`
  if (kind === 'commented') return 'said'
  if (kind === 'imported') return 'imported it'
  const noticed = { new: 'saw it for the first time', regressed: 'saw it again', woken: 'ended its silence' } as const
  if (kind === 'reopened' || kind === 'archived') return `${kind} it`
  return `${noticed[kind]}${release ? ` with ${shortSha(release)}` : ''}`
}

function inRelease(resolution: IssueLife['resolution']): string {
  if (!resolution?.release || resolution.how === 'now') return ''
  return `${resolution.how === 'in-next-release' ? ' in the next release after' : ' in'} ${shortSha(resolution.release)}`
}

/** ` until 2026-11-29 10:00 UTC or until 120 events altogether`; nothing for good. */
export function muteInWords(mute: IssueLife['mute']): string {
  const ends = [
    mute?.until ? `until ${mute.until.slice(0, 16).replace('T', ' ')} UTC` : null,
    mute?.events ? `until ${counted(mute.events, 'event')} altogether` : null,
    mute?.rate ? `until ${counted(mute.rate.events, 'event')} within ${mute.rate.overMs / 60_000} min` : null,
  ].filter(end => end !== null)
  return ends.length === 0 ? '' : ` ${ends.join(' or ')}`
}
