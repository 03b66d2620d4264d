import type { PreviewsConfig } from '../config/config.ts'
import { durationMs } from '../config/duration-field.ts'
import { instantMs } from '../duration/instant.ts'
import { shortSha } from '../words/short-sha.ts'
import { holdsPlace, type Preview } from './preview.ts'
import type { PullRequest } from './pull-request.ts'

/** The newest run of a workflow file for a commit, here or on GitHub. `said` is GitHub's word for how it is or ended. */
export interface Checks {
  workflow: string
  isOver: boolean
  isGreen: boolean
  said: string
}

/** What is to be done about a pull request that asks for a preview. */
export type PreviewAnswer =
  | { kind: 'make'; instead: Preview | null }
  | { kind: 'wait'; because: string }
  | { kind: 'refuse'; because: string }

export interface PreviewFacts {
  settings: PreviewsConfig
  pull: PullRequest | null
  /** The commit that was built. */
  sha: string
  /** The required workflow for that commit; null where no run of it is known. */
  checks: Checks | null
  /** Services whose provider cannot hold a preview, and why. */
  cannot: readonly { service: string; why: string }[]
  /** Of the project, this one and those that are gone as well. */
  all: readonly Preview[]
  now: string
}

/** Whether a preview is made. What a stranger wrote is never run beside secrets; what fails its checks is not shown. */
export function decidePreview(number: number, facts: PreviewFacts): PreviewAnswer {
  const { pull, sha, checks, cannot } = facts
  if (pull === null) return refuse(`there is no pull request ${number}`)
  if (pull.isFork)
    return refuse('its branch is in another repository, and what anybody may have written gets no preview')
  if (pull.state !== 'open') return refuse(`it is ${pull.state}`)
  if (pull.sha !== sha) return refuse(`${shortSha(sha)} is not its newest commit, ${shortSha(pull.sha)} is`)
  const [first] = cannot
  if (first) return refuse(`${first.service} can have no preview: ${first.why}`)
  if (checks && !checks.isOver)
    return { kind: 'wait', because: `${checks.workflow} is ${checks.said.replaceAll('_', ' ')} for ${shortSha(sha)}` }
  if (checks && !checks.isGreen) return refuse(`${checks.workflow} ended with ${checks.said} for ${shortSha(sha)}`)
  return roomFor(number, facts)
}

const refuse = (because: string): PreviewAnswer => ({ kind: 'refuse', because })

/** Where all places are taken, one that nobody touched for a while makes room; one that somebody works on never does. */
function roomFor(number: number, { all, settings, now }: PreviewFacts): PreviewAnswer {
  const others = all.filter(each => each.number !== number && holdsPlace(each) && each.state !== 'removing')
  if (others.length < settings.most) return { kind: 'make', instead: null }
  const idleSince = instantMs(now) - durationMs(settings.idle)
  const idle = others
    .filter(each => each.state !== 'making' && instantMs(each.deployedAt) <= idleSince)
    .toSorted((a, b) => (a.deployedAt < b.deployedAt ? -1 : 1))[0]
  if (idle) return { kind: 'make', instead: idle }
  const numbers = others.map(each => `#${each.number}`).join(', ')
  const count = `${settings.most} preview${settings.most === 1 ? ' is' : 's are'} there`
  return refuse(
    `${count} (${numbers}), none of them idle for ${settings.idle}: remove one, or raise \`previews.most\` in gantry.config.ts`,
  )
}

/**
 * Why a preview goes; null while it stays. A branch that was pushed here may be gone; a pull request of GitHub is there for ever, so
 * that one nobody finds is one that may not be seen any more, and stays until it expires.
 * @param found when it was looked up, wherever the project has its pull requests now: in another repository it is another one
 */
export function whyRemoved(
  preview: Preview,
  found: Pick<PullRequest, 'state' | 'page'> | null,
  now: string,
): string | null {
  const isItsOwn = found !== null && found.page === preview.page
  if (!isItsOwn && preview.page === null) return 'its pull request is gone'
  if (isItsOwn && found.state !== 'open') return `its pull request is ${found.state}`
  return preview.expiresAt <= now ? 'it expired' : null
}
