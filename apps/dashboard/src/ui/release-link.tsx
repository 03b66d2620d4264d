import { Link } from '@tanstack/react-router'
import { shortSha } from './words.ts'

export function ReleaseLink({ id, tabIndex }: { id: string; tabIndex?: number }) {
  return (
    <Link
      to="/releases/$release"
      params={{ release: id }}
      className="link"
      {...(tabIndex !== undefined && { tabIndex })}
    >
      <code>{shortSha(id)}</code>
    </Link>
  )
}
