import { channelsFor, type Notice, type Promotion, type Store, shortSha } from '@gantry/core'
import type { Config } from '@gantry/core/config'

export interface AskPeopleParts {
  store: Pick<Store, 'outbox' | 'releases'>
  config(): Promise<Config | null>
  /** Address of the project's screens. */
  pages(): string
  now(): Date
  /** Something waits in the outbox. */
  onNotices(): void
}

/** Tells once where people are told that a promotion waits for them alone. It pages nobody. */
export async function askPeople(promotion: Promotion, parts: AskPeopleParts): Promise<void> {
  const { id, project, environment, release, approvalsNeeded } = promotion
  if (approvalsNeeded === 0) return
  const { outbox, releases } = parts.store
  const dedupKey = `gantry-${project}-promotion-${id}`.slice(0, 255)
  if ((await outbox.ofKey(project, dedupKey)).length > 0) return
  const title = (await releases.get(project, release))?.title ?? ''
  const notice: Notice = {
    ...{ kind: 'approval-wanted', dedupKey, project, severity: 'info', environment, release, promotion: id },
    title: `${shortSha(release)} ${title} waits for ${approvalsNeeded === 1 ? 'a yes' : `${approvalsNeeded} yes`}; every gate is met`,
    ...{ service: null, incident: null, runbookUrl: null, by: null, at: parts.now().toISOString() },
    url: `${parts.pages()}/releases/${release}`,
  }
  const channels = channelsFor('info', (await parts.config())?.routes ?? [])
  if (channels.length === 0) return
  await outbox.add(channels.map(channel => ({ project, channel, notice })))
  parts.onNotices()
}
