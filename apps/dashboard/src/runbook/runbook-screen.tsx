import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { CopyButton } from '../ui/command.tsx'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Markdown } from './runbook-text.tsx'

const route = getRouteApi('/runbooks/$slug')

export function RunbookScreen() {
  const { slug } = route.useParams()
  const query = useQuery(queries.runbook(slug))
  useNeighbours()
  return (
    <Page title={query.data?.title ?? 'Runbook'}>
      <Loaded query={query} rows={12}>
        {({ markdown, alerts }) => (
          <Panel
            title={alerts.length > 0 ? `For ${alerts.join(', ')}` : 'For no alert by name'}
            aside={<CopyButton name="Copy as Markdown" text={() => markdown} />}
          >
            <Markdown text={markdown} headingsFrom={2} />
            <p className="mt-3 text-12 text-muted">Steps are ticked in an incident; here the runbook is only read.</p>
          </Panel>
        )}
      </Loaded>
    </Page>
  )
}
