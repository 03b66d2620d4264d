import { type ReactNode, useEffect } from 'react'

/** A page in front of the door: whose it is, at which address, and one thing to do. */
export function DoorPage({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Gantry`
  }, [title])
  return (
    <main id="main" className="mx-auto flex max-w-md flex-col gap-4 p-4 pt-[8dvh]">
      <p className="flex items-center gap-2 text-muted">
        <img src="/favicon.svg" alt="" width={22} height={22} />
        <span className="font-semibold text-14 text-text">Gantry</span>
        <span className="min-w-0 truncate">{location.host}</span>
      </p>
      <div className="flex flex-col gap-4 rounded-8 border border-edge bg-surface p-4">{children}</div>
    </main>
  )
}
