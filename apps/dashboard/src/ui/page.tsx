import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'

let isFirst = true

/** The one `h1` of a route: sets the title, and takes the focus when the route changed. */
export function Page(props: { title: string; heading?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  const { title, heading = title, aside, children } = props
  const h1 = useRef<HTMLHeadingElement>(null)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what the focus follows
  useEffect(() => {
    if (!isFirst) h1.current?.focus({ preventScroll: true })
    isFirst = false
  }, [pathname])
  useEffect(() => {
    document.title = `${title} · Gantry`
  }, [title])
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-3 p-3 lg:p-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 ref={h1} tabIndex={-1} className="min-w-0 break-words font-semibold text-20">
          {heading}
        </h1>
        {aside && <div className="flex flex-wrap items-center gap-2">{aside}</div>}
      </div>
      {children}
    </div>
  )
}
