import { GantryError, type GitHubEvent } from '@gantry/core'
import * as z from 'zod'
import type { Repository } from '../git/repository.ts'
import type { ProjectHome } from '../project/project-home.ts'
import { deployedBranch } from './branch-to.ts'
import type { GitHubAccess } from './github-access.ts'

const Branch = z.looseObject({ commit: z.looseObject({ sha: z.string() }) })

/**
 * Takes the config of what was pushed on GitHub, where the project's code is there alone: a branch `main` of Gantry's own goes
 * before. What GitHub says the branch is at now counts, not what a delivery of an hour ago says.
 */
export async function adoptPushed(
  { ref, after }: Extract<GitHubEvent, { kind: 'push' }>,
  parts: {
    github: Pick<GitHubAccess, 'connected'>
    repository: Pick<Repository, 'head'>
    home: Pick<ProjectHome, 'current' | 'adopt'>
    log: { warn(facts: object, message: string): void }
  },
): Promise<void> {
  if (after === null || (await parts.repository.head('main')) !== null) return
  const { config, configSha } = await parts.home.current()
  const branch = deployedBranch(config)
  const connected = ref === `refs/heads/${branch}` ? await parts.github.connected() : null
  if (!connected) return
  const found = await connected.client.get(`${connected.repo}/branches/${encodeURIComponent(branch)}`)
  const sha = found === null ? null : Branch.parse(found).commit.sha
  if (sha === null || sha === configSha) return
  await parts.home.adopt(sha).catch(cause => {
    // The former one stays in force until it is mended.
    if (!(cause instanceof GantryError)) throw cause
    parts.log.warn({ err: cause, sha }, 'the config that was pushed on GitHub was not taken')
  })
}
