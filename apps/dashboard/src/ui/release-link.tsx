import { shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'

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
