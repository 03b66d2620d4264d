import type { Issue } from '@gantry/core/api'
import { counted, mostIssuesCounted, shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { useKeys } from '../ui/keys.ts'
import { useRememberedList } from '../ui/neighbours.ts'
import { issueFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { useSettled } from '../ui/use-settled.ts'
import { When } from '../ui/when.tsx'

const rowPx = 56

/** Virtual rows: ten thousand issues are a hundred elements. One tab stop; j, k and arrows move inside. */
export function IssueList({ issues: newest, total }: { issues: Issue[]; total: number }) {
  const list = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const { shown: issues, waiting, settle, reading } = useSettled(newest, ({ id }) => id)
  useRememberedList(issues.slice(0, 500).map(({ number }) => `/issues/${number}`))
  const rows = useWindowVirtualizer({
    count: issues.length,
    estimateSize: () => rowPx,
    overscan: 10,
    useFlushSync: false,
    scrollMargin: list.current?.offsetTop ?? 100,
    scrollPaddingStart: 60,
    getItemKey: index => issues[index]?.id ?? index,
  })
  const walk = useWalk(list, {
    active,
    setActive,
    last: issues.length - 1,
    scrollTo: index => rows.scrollToIndex(index),
  })
  return (
    <>
      <div className="flex items-center gap-3 text-muted">
        <span role="status">
          {issues.length < total && `${issues.length.toLocaleString('en-GB')} of `}
          {total > mostIssuesCounted ? `more than ${counted(mostIssuesCounted, 'issue')}` : counted(total, 'issue')}
        </span>
        {waiting > 0 && (
          <button type="button" onClick={settle} className="link">
            {waiting} new, show them
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a virtual list say their position themselves */}
      <div
        ref={list}
        role="list"
        aria-label="Issues"
        {...reading}
        className="relative rounded-8 border border-edge bg-surface"
        style={{ height: rows.getTotalSize() + 2 }}
        onKeyDown={walk.onKeyDown}
      >
        {rows.getVirtualItems().map(item => {
          const issue = issues[item.index]
          return (
            issue && (
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div
                key={item.key}
                role="listitem"
                data-index={item.index}
                aria-setsize={issues.length}
                aria-posinset={item.index + 1}
                className="absolute top-0 left-0 w-full border-edge border-b hover:bg-page"
                style={{ height: rowPx, transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
                onFocus={() => setActive(item.index)}
              >
                <Row
                  issue={issue}
                  tabIndex={item.index === active || (active >= issues.length && item.index === 0) ? 0 : -1}
                />
              </div>
            )
          )
        })}
      </div>
    </>
  )
}

/** By j, k and the arrows: the row that has the focus, which may have to be scrolled to and drawn first. */
function useWalk(
  list: React.RefObject<HTMLDivElement | null>,
  at: { active: number; setActive: (index: number) => void; last: number; scrollTo: (index: number) => void },
) {
  const focusRow = (index: number) => {
    const next = Math.min(at.last, Math.max(0, index))
    at.setActive(next)
    at.scrollTo(next)
    const tryFocus = (tries: number) => {
      const row = list.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)
      if (row) row.focus({ preventScroll: true })
      else if (tries > 0) requestAnimationFrame(() => tryFocus(tries - 1))
    }
    tryFocus(5)
  }
  const hasFocus = () => list.current?.contains(document.activeElement) ?? false
  const walk = (by: number) => focusRow(hasFocus() ? at.active + by : at.active)
  useKeys({ j: () => walk(1), k: () => walk(-1) })
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (!by) return
    event.preventDefault()
    focusRow(at.active + by)
  }
  return { onKeyDown }
}

function Row({ issue, tabIndex }: { issue: Issue; tabIndex: number }) {
  return (
    <div className="flex h-full items-center gap-3 px-3">
      <StateMark face={issueFaces[issue.state]} quiet />
      <div className="min-w-0 flex-1">
        <Link
          to="/issues/$issue"
          params={{ issue: String(issue.number) }}
          tabIndex={tabIndex}
          data-row
          className="link block truncate font-semibold"
        >
          {issue.title}
        </Link>
        <p className="truncate text-muted">
          #{issue.number} · {issue.culprit ?? 'no place blamed'}
          {issue.service && ` · ${issue.service}`} · {issue.environments.join(', ')}
          {issue.imported.length > 0 && ' · imported'}
        </p>
      </div>
      {issue.firstRelease && <code className="text-muted max-md:hidden">since {shortSha(issue.firstRelease)}</code>}
      <span className="w-20 text-right max-sm:hidden">{counted(issue.events, 'event')}</span>
      <span className="w-20 text-right text-muted max-md:hidden">{counted(issue.people, 'person', 'people')}</span>
      <span className="w-16 text-right text-muted">
        <When at={issue.lastSeen} tabIndex={-1} />
      </span>
    </div>
  )
}
