import type { Line, ReleaseSummary } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { deploymentFaces, promotionFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { PickBox, PickedTwo, usePicked } from './pick-two.tsx'

export function ReleasesScreen() {
  const query = useQuery(queries.releases())
  const { data: line } = useQuery(queries.line())
  return (
    <Page
      title="Releases"
      aside={
        <span className="flex flex-wrap gap-x-4">
          <Link to="/previews" className="link">
            Previews of pull requests
          </Link>
          <Link to="/releases/figures" className="link">
            Delivery figures
          </Link>
        </span>
      }
    >
      <Loaded query={query} rows={10}>
        {({ releases }) => <Releases releases={releases} line={line} />}
      </Loaded>
    </Page>
  )
}

function Releases({ releases, line }: { releases: ReleaseSummary[]; line: Line | undefined }) {
  const list = useRowKeys<HTMLUListElement>()
  const picked = usePicked()
  useRememberedList(releases.map(({ id }) => `/releases/${id}`))
  if (releases.length === 0) {
    return (
      <Empty>
        <p>No release yet. A push to main builds one.</p>
        <Command text="git push gantry HEAD:main" />
      </Empty>
    )
  }
  return (
    <>
      {releases.length > 1 && <PickedTwo ids={picked.ids} order={releases.map(({ id }) => id)} />}
      <ul ref={list} className="rounded-8 border border-edge bg-surface">
        {releases.map(release => (
          <li
            key={release.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-edge border-b px-3 py-2 last:border-0 hover:bg-page"
          >
            {releases.length > 1 && (
              <PickBox
                id={release.id}
                isPicked={picked.ids.includes(release.id)}
                onPick={() => picked.toggle(release.id)}
              />
            )}
            <Link to="/releases/$release" params={{ release: release.id }} data-row className="link">
              <code>{shortSha(release.id)}</code>
            </Link>
            <span className="min-w-0 flex-1 basis-52 break-words font-semibold">{release.title}</span>
            <Whereabouts release={release} line={line} />
            <span className="text-muted">{nameOf(release.author)}</span>
            <span className="w-24 text-muted">
              <When at={release.createdAt} />
            </span>
            <span className="text-12 text-muted">{counted(release.artifacts.length, 'artifact')}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** One chip for each environment it was put into, live or not; a release is never without a state. */
function Whereabouts({ release, line }: { release: ReleaseSummary; line: Line | undefined }) {
  const waiting = (line?.promotions ?? []).filter(each => each.release === release.id)
  const isNowhere = release.places.length === 0 && waiting.length === 0 && release.badBecause === null
  return (
    <span className="flex flex-wrap gap-1">
      {release.badBecause !== null && <StateChip face={{ role: 'bad', icon: 'octagon', word: 'marked bad' }} />}
      {release.places.map(({ environment, kind, state }) => {
        const face = deploymentFaces[state]
        const what = kind === 'rollback' && state === 'failed' ? 'rollback failed' : face.word
        return <StateChip key={environment} face={{ ...face, word: `${what} in ${environment}` }} />
      })}
      {waiting.map(({ id, state, environment }) => {
        const face = promotionFaces[state]
        return <StateChip key={id} face={{ ...face, word: `${environment}: ${face.word}` }} />
      })}
      {isNowhere && <StateChip face={{ role: 'unknown', icon: 'dashed', word: 'built, not deployed' }} />}
    </span>
  )
}
