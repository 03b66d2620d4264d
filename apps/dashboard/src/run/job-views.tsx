import type { RunState } from '@gantry/core/api'
import { getRouteApi } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'
import { JobGraphView } from './job-graph-view.tsx'
import { Waterfall } from './waterfall.tsx'

const views = ['graph', 'waterfall'] as const
const route = getRouteApi('/runs/$run')

/** What needs what, or what waited and ran when. The list of jobs beside it says the same in reading order. */
export function JobViews({ run, selected, view }: { run: RunState; selected: string | null; view: string }) {
  const navigate = route.useNavigate()
  return (
    <Tabs.Root
      value={view === 'waterfall' ? view : 'graph'}
      onValueChange={next =>
        void navigate({ search: before => ({ ...before, view: next }), replace: true, resetScroll: false })
      }
      className="min-w-0 rounded-8 border border-edge bg-surface"
    >
      <Tabs.List aria-label="Jobs as" className="flex border-edge border-b px-1">
        {views.map(name => (
          <Tabs.Trigger
            key={name}
            value={name}
            className="row border-transparent border-b-2 px-3 text-muted data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-text"
          >
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="graph" className="p-3">
        <JobGraphView run={run} selected={selected} />
      </Tabs.Content>
      <Tabs.Content value="waterfall" className="p-3">
        <Waterfall run={run} />
      </Tabs.Content>
    </Tabs.Root>
  )
}
