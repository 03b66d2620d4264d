import type { Line, Release } from '@gantry/core/api'
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

export function ReleasesScreen() {
  const query = useQuery(queries.releases())
  const { data: line } = useQuery(queries.line())
  return (
    <Page title="Releases">
      <Loaded query={query} rows={10}>
        {({ releases }) => <Releases releases={releases} line={line} />}
      </Loaded>
    </Page>
  )
}

function Releases({ releases, line }: { releases: Release[]; line: Line | undefined }) {
  const list = useRowKeys<HTMLUListElement>()
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
    <ul ref={list} className="rounded-8 border border-edge bg-surface">
      {releases.map(release => (
        <li
          key={release.id}
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-edge border-b px-3 py-2 last:border-0 hover:bg-page"
        >
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
  )
}

function Whereabouts({ release, line }: { release: Release; line: Line | undefined }) {
  const here = (line?.environments ?? []).filter(({ current }) => current?.release === release.id)
  const waiting = (line?.promotions ?? []).filter(each => each.release === release.id)
  return (
    <span className="flex flex-wrap gap-1">
      {release.badBecause !== null && <StateChip face={{ role: 'bad', icon: 'octagon', word: 'marked bad' }} />}
      {here.map(({ name, current }) => {
        const face = deploymentFaces[current?.state ?? 'planned']
        return <StateChip key={name} face={{ ...face, word: `${face.word} in ${name}` }} />
      })}
      {waiting.map(({ id, state, environment }) => {
        const face = promotionFaces[state]
        return <StateChip key={id} face={{ ...face, word: `${environment}: ${face.word}` }} />
      })}
    </span>
  )
}
