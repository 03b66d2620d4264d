import type { CommentRow, Preview, Store } from '@gantry/core'
import { retryAtOf } from '@gantry/github'
import { previewView } from '../preview/preview-view.ts'
import type { GitHubAccess } from './github-access.ts'
import type { PullComments } from './pull-comments.ts'

export interface PreviewCommentsParts {
  project: string
  store: Pick<Store, 'previews' | 'deployments'>
  github: Pick<GitHubAccess, 'connected'>
  comments: PullComments
  address(environment: string, service: string): string | null
  pages(): string
}

/** Older ones were told of long ago. */
const looksBack = 50

/** Says on each pull request where its preview is, or why there is none. @throws GantryError VENDOR_REFUSED */
export async function tellOfPreviews(parts: PreviewCommentsParts): Promise<null> {
  const { project, store, github, comments } = parts
  const connected = await github.connected()
  if (!connected) return null
  const all = await store.previews.list(project, { limit: looksBack })
  const own = all.filter(({ page }) => isPullOf(connected.connection.repository, page))
  const faults: unknown[] = []
  for (const preview of own)
    await comments.setRow(preview.number, 'preview', await rowOf(preview, parts), connected).catch(cause => {
      if (retryAtOf(cause) !== null) throw cause
      faults.push(cause)
    })
  // One where nobody may comment keeps none of the others from being told.
  if (faults.length > 0) throw faults[0]
  return null
}

/** Those that were pushed here have no page on GitHub, and another repository may have been connected before. */
const isPullOf = (repository: string, page: string | null): boolean =>
  page !== null && new URL(page).pathname.toLowerCase().startsWith(`/${repository.toLowerCase()}/pull/`)

async function rowOf(preview: Preview, { store, address, pages }: PreviewCommentsParts): Promise<CommentRow> {
  const { sha, state, because, deployedAt, endedAt } = preview
  const shown = await previewView(preview, { store, address })
  const note = because ?? undefined
  return { release: sha, state, page: `${pages()}/previews`, address: shown.address, at: endedAt ?? deployedAt, note }
}
