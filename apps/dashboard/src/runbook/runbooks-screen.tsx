import type { Runbook } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { severityFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'

export function RunbooksScreen() {
  const query = useQuery(queries.runbooks())
  return (
    <Page title="Runbooks">
      <Loaded query={query} rows={6}>
        {({ runbooks }) => <Runbooks runbooks={runbooks} />}
      </Loaded>
    </Page>
  )
}

function Runbooks({ runbooks }: { runbooks: Runbook[] }) {
  const list = useRowKeys<HTMLUListElement>()
  useRememberedList(runbooks.map(({ slug }) => `/runbooks/${slug}`))
  if (runbooks.length === 0)
    return (
      <Empty>
        <p>
          No runbook on main. A Markdown file in <code>docs/runbooks/</code> is one; its front matter names the alerts
          it is for.
        </p>
      </Empty>
    )
  return (
    <ul ref={list} className="rounded-8 border border-edge bg-surface">
      {runbooks.map(({ slug, title, alerts, severity }) => (
        <li
          key={slug}
          className="row flex flex-wrap items-center gap-x-3 border-edge border-b px-3 py-1.5 last:border-0 hover:bg-page"
        >
          <Link to="/runbooks/$slug" params={{ slug }} data-row className="link font-semibold">
            {title}
          </Link>
          {severity && <StateChip face={severityFaces[severity]} />}
          <span className="text-muted">{alerts.length > 0 ? `for ${alerts.join(', ')}` : 'for no alert by name'}</span>
        </li>
      ))}
    </ul>
  )
}
