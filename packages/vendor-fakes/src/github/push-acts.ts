import { type Act, notFound, ok, paged } from './github-acts.ts'
import { shapes } from './github-shapes.ts'
import type { GitHubState } from './github-state.ts'

const repo = '/repos/{owner}/{repo}'

/** Who moved which branch, and what that brought. */
export const pushActs: Record<string, Act> = {
  [`GET ${repo}/activity`]({ moves }, { query, path }) {
    const size = Number(query['per_page'] ?? 30)
    const from = Number(query['after'] ?? 0)
    const all = moves.map(shapes.activity).reverse()
    const next = `<https://api.github.com${path}?per_page=${size}&after=${from + size}>; rel="next"`
    const headers = from + size < all.length ? { link: next } : {}
    return { ...ok(all.slice(from, from + size)), headers }
  },
  [`GET ${repo}/compare/{basehead}`](state, request) {
    const [base = '', head = ''] = (request.params['basehead'] ?? '').split('...')
    if (!state.history.has(base) || !state.history.has(head)) return notFound
    const there = new Set(historyOf(state, base))
    const brought = historyOf(state, head).filter(sha => !there.has(sha))
    const total = brought.length
    return paged(brought.reverse(), request, shown => shapes.comparison(state, { base, head, shown, total }))
  },
  [`GET ${repo}/commits`](state, request) {
    const sha = String(request.query['sha'] ?? '')
    if (!state.history.has(sha)) return notFound
    return paged(historyOf(state, sha), request, shown => shown.map(each => shapes.commit(state, each)))
  },
}

/** The newest first, each once. */
function historyOf({ history }: GitHubState, sha: string): string[] {
  const seen = new Set([sha])
  // A set goes on with what is added to it on the way.
  for (const one of seen)
    for (const parent of history.get(one)?.parents ?? []) if (history.has(parent)) seen.add(parent)
  return [...seen]
}
