import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { severityFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { Markdown } from './markdown.tsx'

/** A runbook to read. Its steps are ticked in the incident that follows it. */
export function RunbookPage() {
  const { slug } = useParams({ from: '/runbooks/$slug' })
  const query = useQuery(queries.runbook(slug))
  useNeighbours()
  return (
    <Page title={query.data?.title ?? 'Runbook'} aside={<Link to="/runbooks" className="link">All runbooks</Link>}>
      <Panel
        title="What to do"
        aside={
          query.data && (
            <span className="flex flex-wrap items-center gap-2 text-muted">
              {query.data.severity && <StateChip face={severityFaces[query.data.severity]} />}
              {query.data.alerts.length > 0 && `for ${query.data.alerts.join(', ')}`}
            </span>
          )
        }
      >
        <Loaded query={query}>{({ markdown }) => <Markdown text={markdown} />}</Loaded>
      </Panel>
    </Page>
  )
}
