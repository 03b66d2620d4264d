import { Link } from '@tanstack/react-router'
import { Page } from '../ui/page.tsx'
import { Refusal } from '../ui/refusal.tsx'

/** A screen that could not be shown. The page is loaded anew on Retry: after an update its parts have other names. */
export function RouteFailed({ error }: { error: Error }) {
  return (
    <Page title="This screen could not be shown">
      <Refusal error={error} onRetry={() => location.reload()} />
    </Page>
  )
}

export function NotFound() {
  return (
    <Page title="Nothing is at this address">
      <p>
        The address may be mistyped, or what it named is gone.{' '}
        <Link to="/" className="link">
          To the line
        </Link>
      </p>
    </Page>
  )
}
