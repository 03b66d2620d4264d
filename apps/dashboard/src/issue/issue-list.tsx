import type { Issue } from '@gantry/core/api'
import { counted, mostIssuesCounted } from '@gantry/core/words'
import { useQueries } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { queries } from '../api/queries.ts'
import { useKeys } from '../ui/keys.ts'
import { useRememberedList } from '../ui/neighbours.ts'
import { useSettled } from '../ui/use-settled.ts'
import { BulkBar } from './bulk-bar.tsx'
import { IssueRow } from './issue-row.tsx'
import { chosenOf, nothingChosen, toggled, toggledAll } from './selection.ts'

/** Two lines; on a phone, which has no columns beside them, three. */
const rowPx = () => (matchMedia('(min-width: 48rem)').matches ? 56 : 76)

/** Issues as they are found, what is chosen of them, and what can be done with those. */
export function IssueList({ issues: newest, total }: { issues: Issue[]; total: number }) {
  const { shown: issues, waiting, settle, reading } = useSettled(newest, ({ id }) => id)
  const selection = useSelection(issues)
  useRememberedList(issues.slice(0, 500).map(({ number }) => `/issues/${number}`))
  return (
    <>
      {selection.chosen.length > 0 && <BulkBar issues={selection.chosen} onDone={selection.clear} />}
      <div className="flex flex-wrap items-center gap-x-3 text-muted">
        <ChooseAll issues={issues} selection={selection} />
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
      <Rows issues={issues} selection={selection} reading={reading} />
    </>
  )
}

interface RowsProps {
  issues: Issue[]
  selection: IssueSelection
  reading: ReturnType<typeof useSettled>['reading']
}

/** Virtual rows: ten thousand issues are a hundred elements. One row has the tab stops; j, k and arrows move inside. */
function Rows({ issues, selection, reading }: RowsProps) {
  const list = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const rows = useWindowVirtualizer({
    count: issues.length,
    estimateSize: rowPx,
    overscan: 10,
    useFlushSync: false,
    scrollMargin: list.current?.offsetTop ?? 100,
    scrollPaddingStart: 60,
    getItemKey: index => issues[index]?.id ?? index,
  })
  useWidth(() => rows.measure())
  const visible = rows.getVirtualItems()
  const goingUp = useGoingUp(issues, visible[0]?.index ?? 0, visible.at(-1)?.index ?? 0)
  useChooseKeys(selection, issues[active])
  const walk = useWalk(list, {
    active,
    setActive,
    last: issues.length - 1,
    scrollTo: index => rows.scrollToIndex(index),
  })
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list say their position themselves
    <div
      ref={list}
      role="list"
      aria-label="Issues"
      {...reading}
      className="relative rounded-8 border border-edge bg-surface"
      style={{ height: rows.getTotalSize() + 2 }}
      onKeyDown={walk.onKeyDown}
    >
      {visible.map(item => {
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
              style={{ height: item.size, transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
              onFocus={() => setActive(item.index)}
            >
              <IssueRow
                issue={issue}
                isChosen={selection.has(issue)}
                isGoingUp={goingUp.has(issue.number)}
                onChoose={isRange => selection.choose(issue, isRange)}
                tabIndex={item.index === active || (active >= issues.length && item.index === 0) ? 0 : -1}
              />
            </div>
          )
        )
      })}
    </div>
  )
}

type IssueSelection = ReturnType<typeof useSelection>

function useSelection(issues: Issue[]) {
  const [selection, setSelection] = useState(nothingChosen)
  const ids = issues.map(({ id }) => id)
  return {
    chosen: chosenOf(selection, issues),
    has: ({ id }: Issue) => selection.chosen.has(id),
    choose: ({ id }: Issue, isRange: boolean) => setSelection(now => toggled(now, ids, id, isRange)),
    chooseAll: () => setSelection(now => toggledAll(now, ids)),
    clear: () => setSelection(nothingChosen),
  }
}

function useChooseKeys({ choose }: IssueSelection, active: Issue | undefined) {
  useKeys({
    x: () => active && choose(active, false),
    'shift+x': () => active && choose(active, true),
  })
}

function ChooseAll({ issues, selection }: { issues: Issue[]; selection: IssueSelection }) {
  const { length } = selection.chosen
  return (
    <label className="row flex items-center gap-3 pl-3 text-text">
      <input
        type="checkbox"
        ref={box => {
          if (box) box.indeterminate = length > 0 && length < issues.length
        }}
        checked={length === issues.length}
        onChange={selection.chooseAll}
      />
      Choose all {issues.length.toLocaleString('en-GB')}
    </label>
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

/** A phone that is turned has other rows. */
function useWidth(changed: () => void) {
  const act = useRef(changed)
  act.current = changed
  useEffect(() => {
    const width = matchMedia('(min-width: 48rem)')
    const hear = () => act.current()
    width.addEventListener('change', hear)
    return () => width.removeEventListener('change', hear)
  }, [])
}

const block = 50

/** Of those in sight, in blocks that stay the same while one scrolls: the others are not asked about. */
function useGoingUp(issues: Issue[], first: number, last: number): ReadonlySet<number> {
  const blocks: number[][] = []
  for (let at = Math.floor(first / block) * block; at <= last && at < issues.length; at += block)
    blocks.push(issues.slice(at, at + block).map(({ number }) => number))
  return useQueries({
    queries: blocks.map(numbers => queries.issuesGoingUp(numbers.toSorted((a, b) => a - b))),
    combine: answers => new Set(answers.flatMap(({ data }) => data?.issues ?? [])),
  })
}
