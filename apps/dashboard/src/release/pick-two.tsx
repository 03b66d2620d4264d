import { shortSha } from '@gantry/core/words'
import { getRouteApi, Link } from '@tanstack/react-router'

const route = getRouteApi('/releases')

/** The releases that are picked, the newer first; two at most, of which a third takes the place of the first. */
export function usePicked() {
  const { picked } = route.useSearch()
  const navigate = route.useNavigate()
  const ids = picked?.split(' ').filter(Boolean) ?? []
  const keep = (next: readonly string[]) =>
    void navigate({ search: next.length === 0 ? {} : { picked: next.join(' ') }, replace: true, resetScroll: false })
  return {
    ids,
    toggle: (id: string) => keep(ids.includes(id) ? ids.filter(each => each !== id) : [...ids, id].slice(-2)),
  }
}

/** @param order all releases, newest first */
export function PickedTwo({ ids, order }: { ids: readonly string[]; order: readonly string[] }) {
  const [to, from] = ids.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
  return (
    <p role="status" className="text-muted">
      {to === undefined && 'Pick two to compare them.'}
      {to !== undefined && from === undefined && `${shortSha(to)} is picked: pick the one to compare it with.`}
      {to !== undefined && from !== undefined && (
        <Link to="/releases/compare" search={{ from, to }} className="link">
          Compare {shortSha(to)} with {shortSha(from)}
        </Link>
      )}
    </p>
  )
}

export function PickBox({ id, isPicked, onPick }: { id: string; isPicked: boolean; onPick: () => void }) {
  return (
    <input
      type="checkbox"
      aria-label={`Pick ${shortSha(id)} to compare`}
      checked={isPicked}
      onChange={onPick}
      className="size-4 pointer-coarse:size-6"
    />
  )
}
