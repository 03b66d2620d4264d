import type { ReactNode } from 'react'
import { PathLink } from '../ui/path-link.tsx'
import { subjectPath } from './ledger-words.ts'

/** What a row of the ledger is about, as a link where the dashboard has a page for it. */
export function Subject({ subject, children }: { subject: string; children: ReactNode }) {
  const path = subjectPath(subject)
  return path ? <PathLink path={path}>{children}</PathLink> : <span>{children}</span>
}
