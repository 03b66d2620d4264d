import type { ReactNode, RefObject } from 'react'
import type { useFollow } from './use-follow.ts'

interface Props {
  scroller: RefObject<HTMLDivElement | null>
  follow: ReturnType<typeof useFollow>
  label: string
  /** Its height. */
  className: string
  /** More came than wait here. */
  isMore?: boolean
  children: ReactNode
}

/** Where lines scroll; over its end, while somebody reads further up, how many came since and the way there. */
export function LogRegion({ scroller, follow, label, className, isMore = false, children }: Props) {
  return (
    <>
      <div
        ref={scroller}
        onScroll={follow.onScroll}
        role="log"
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className={`overflow-auto [overflow-anchor:none] ${className}`}
      >
        {children}
      </div>
      {(follow.unseen > 0 || isMore) && (
        <button
          type="button"
          onClick={follow.start}
          className="row absolute bottom-3 left-1/2 -translate-x-1/2 rounded-8 bg-waiting-solid px-3 font-semibold text-white shadow-layer"
        >
          {isMore && 'more than '}
          {follow.unseen.toLocaleString('en-GB')} new lines ▾
        </button>
      )}
    </>
  )
}
