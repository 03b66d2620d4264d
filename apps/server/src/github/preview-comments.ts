import type { CommentRow, Preview, Store } from '@gantry/core'
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

/** Says on each pull request where its preview is, or why there is none. */
export async function tellOfPreviews(parts: PreviewCommentsParts): Promise<null> {
  const { project, store, github, comments } = parts
  const connected = await github.connected()
  if (!connected) return null
  const all = await store.previews.list(project, { limit: looksBack })
  // Those that were pushed here have no page on GitHub.
  for (const preview of all.filter(({ page }) => page !== null))
    await comments.setRow(preview.number, 'preview', await rowOf(preview, parts), connected)
  return null
}

async function rowOf(preview: Preview, { store, address, pages }: PreviewCommentsParts): Promise<CommentRow> {
  const { sha, state, because, deployedAt, endedAt } = preview
  const shown = await previewView(preview, { store, address })
  const note = because ?? undefined
  return { release: sha, state, page: `${pages()}/previews`, address: shown.address, at: endedAt ?? deployedAt, note }
}
