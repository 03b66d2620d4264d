import type { PreviewList, PreviewView } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { previewFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'

/** Those that have a place, until they expire. */
const stays: ReadonlySet<PreviewView['state']> = new Set(['making', 'ready', 'failed'])

/** Pull requests as they can be tried, each at addresses of its own. */
export function PreviewsScreen() {
  const query = useQuery(queries.previews())
  return (
    <Page title="Previews">
      <Loaded query={query} rows={5}>
        {list => <Previews {...list} />}
      </Loaded>
    </Page>
  )
}

function Previews({ previews, most }: PreviewList) {
  const list = useRowKeys<HTMLUListElement>()
  const [removed, setRemoved] = useState<PreviewView | null>(null)
  if (previews.length === 0) return <NoPreview isOff={most === null} />
  return (
    <>
      <ul ref={list} className="rounded-8 border border-edge bg-surface">
        {previews.map(preview => (
          <li
            key={preview.number}
            className="grid items-start gap-x-6 gap-y-1 border-edge border-b px-3 py-2 last:border-0 hover:bg-page md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_auto]"
          >
            <PreviewRow preview={preview} onRemove={() => setRemoved(preview)} />
          </li>
        ))}
      </ul>
      {most !== null && (
        <p className="mt-2 text-12 text-muted">
          {previews.filter(({ state }) => stays.has(state)).length} of {most} places are taken.
        </p>
      )}
      {removed && <RemoveDialog preview={removed} onClose={() => setRemoved(null)} />}
    </>
  )
}

/** Where it is comes first: that is what people come for. */
function PreviewRow({ preview, onRemove }: { preview: PreviewView; onRemove: () => void }) {
  const { number, state } = preview
  return (
    <>
      <Where {...preview} />
      <What {...preview} />
      <div className="flex items-center md:justify-end">
        <Button
          onClick={onRemove}
          aria-label={`Remove the preview of #${number}…`}
          why={state === 'removing' ? 'It is being removed' : null}
        >
          Remove…
        </Button>
      </div>
    </>
  )
}

function Where({ state, address, addresses }: PreviewView) {
  const others = Object.entries(addresses).filter(([, each]) => each !== address)
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      {address && (
        <span className="min-w-0 break-all font-semibold text-14">
          <Outside to={address} isRow>
            {address.replace(/^https?:\/\//, '')}
          </Outside>
        </span>
      )}
      <StateChip face={previewFaces[state]} />
      {others.length > 0 && (
        <span className="flex basis-full flex-wrap gap-x-3 text-12">
          {others.map(([service, each]) => (
            <Outside key={service} to={each}>
              {service}
            </Outside>
          ))}
        </span>
      )}
    </div>
  )
}

function What(preview: PreviewView) {
  const { number, title, page, sha, state, serving, author, because, deployedAt, expiresAt } = preview
  return (
    <div className="min-w-0 space-y-1">
      <p className="break-words">
        {page === null ? <span>#{number}</span> : <Outside to={page}>#{number}</Outside>} {title}
      </p>
      <p className="flex flex-wrap items-baseline gap-x-3 text-12 text-muted">
        <span>{nameOf(author)}</span>
        <code>{shortSha(sha)}</code>
        <When at={deployedAt} />
        {stays.has(state) && (
          <span>
            until <When at={expiresAt} />
          </span>
        )}
      </p>
      {because !== null && <p className="break-words">{because}</p>}
      {serving !== null && serving !== sha && (
        <p>
          What answers there is <code>{shortSha(serving)}</code>.
        </p>
      )}
    </div>
  )
}

function Outside({ to, isRow = false, children }: { to: string; isRow?: boolean; children: ReactNode }) {
  return (
    <a href={to} target="_blank" rel="noreferrer" className="link" {...(isRow && { 'data-row': true })}>
      {children}
    </a>
  )
}

function RemoveDialog({ preview, onClose }: { preview: PreviewView; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ReasonDialog
      title={`The preview of #${preview.number} goes, with its database`}
      onClose={onClose}
      confirm="Remove it"
      isGrave
      act={async reason => {
        await acts.removePreview(preview.environment, reason)
        await client.invalidateQueries({ queryKey: ['previews'] })
      }}
    >
      <p>The next commit of the pull request makes it anew, empty.</p>
    </ReasonDialog>
  )
}

function NoPreview({ isOff }: { isOff: boolean }) {
  return (
    <Empty>
      {isOff ? (
        <p>
          No previews: <code>previews: {'{}'}</code> in gantry.config.ts gives pull requests addresses of their own, by
          preview.yml, which <code>gantry init</code> writes.
        </p>
      ) : (
        <p>No pull request has a preview now. One that is opened gets it by preview.yml.</p>
      )}
    </Empty>
  )
}
