import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { pagePath } from '../project/current-project.ts'

/** A link to a path the server named (evidence, timeline entries): inside the dashboard without loading it anew. */
export function PathLink({ path, children }: { path: string; children: ReactNode }) {
  const router = useRouter()
  const href = path.startsWith('/') ? pagePath(path) : path
  return (
    <a
      href={href}
      className="link"
      onClick={event => {
        if (!path.startsWith('/') || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        router.history.push(href)
      }}
    >
      {children}
    </a>
  )
}
