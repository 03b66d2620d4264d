import type { IssueView } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'

const shownValues = 5

type Tag = IssueView['tags'][number]

/** What the newest events say of themselves, each value with its share. */
export function IssueTags({ issue }: { issue: IssueView }) {
  if (issue.tags.length === 0) return null
  return (
    <Panel title="Tags of the newest hundred events">
      <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        {issue.tags.map(tag => (
          <div key={tag.name} className="min-w-0">
            <dt className="break-all font-semibold">
              {tag.name} <span className="font-normal text-12 text-muted">in {counted(tag.of, 'event')}</span>
            </dt>
            {tag.values.slice(0, shownValues).map(({ value, count }) => (
              <dd key={value} className="relative flex justify-between gap-2 py-0.5 pl-1.5">
                <span
                  aria-hidden
                  className="absolute inset-y-0.5 left-0 rounded-[2px] bg-sunken"
                  style={{ width: `${(count / tag.of) * 100}%` }}
                />
                <span className="relative truncate">
                  <Value name={tag.name} value={value} />
                </span>
                <span className="relative shrink-0 pr-1 text-muted">
                  {percent(count / tag.of)} <span className="sr-only">{counted(count, 'event')}</span>
                </span>
              </dd>
            ))}
            {tag.values.length > shownValues && <More tag={tag} />}
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function Value({ name, value }: { name: string; value: string }) {
  if (name === 'release') return <ReleaseLink id={value} />
  const q = name === 'person' ? `user:"${value}"` : `${name}:"${value}"`
  const search = name === 'environment' ? { environment: value } : { q }
  return (
    <Link to="/issues" search={search} className="link text-text decoration-edge">
      {value}
    </Link>
  )
}

const More = ({ tag: { values } }: { tag: Tag }) => (
  <dd className="pl-1.5 text-12 text-muted">
    {values
      .slice(shownValues)
      .map(({ value, count }) => `${value} ${count}`)
      .join(', ')}
  </dd>
)
