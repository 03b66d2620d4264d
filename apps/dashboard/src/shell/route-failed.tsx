import { Link, useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { ApiError } from '../api/client.ts'
import { useLive } from '../live/live.ts'
import { Page } from '../ui/page.tsx'
import { Refusal } from '../ui/refusal.tsx'

/**
 * A screen that could not be shown. While nobody answers, loading the page anew would lose it: the part is asked for again,
 * by Retry or once the server is back. Otherwise Retry loads the page: after an update its parts have other names.
 */
export function RouteFailed({ error }: { error: Error }) {
  const router = useRouter()
  const isUnreachable = error instanceof ApiError && error.status === 0
  const { state } = useLive()
  const before = useRef(state)
  useEffect(() => {
    const isBack = state === 'live' && before.current !== 'live'
    before.current = state
    if (isUnreachable && isBack) void router.invalidate()
  }, [isUnreachable, state, router])
  return (
    <Page title="This screen could not be shown">
      <Refusal error={error} onRetry={() => (isUnreachable ? void router.invalidate() : location.reload())} />
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

/** The same for a project of others: its name is for those who belong to it. */
export function NoSuchProject({ name }: { name: string }) {
  return (
    <Page title={`No project ${name}`}>
      <p>
        There is none of this name, or you do not belong to it: an owner of it invites you.{' '}
        <a href="/projects" className="link">
          To your projects
        </a>
      </p>
    </Page>
  )
}
