import { type Act, paged } from './github-acts.ts'
import { shapes } from './github-shapes.ts'

const repo = '/repos/{owner}/{repo}'

/** What judges a commit. */
export const checkActs: Record<string, Act> = {
  [`GET ${repo}/commits/{ref}/check-runs`](state, request) {
    const own = state.checks.filter(({ sha }) => sha === request.params['ref'])
    const shown = own.map((check, at) => shapes.checkRun(check, 900 + at))
    return paged(shown, request, page => ({ total_count: own.length, check_runs: page }))
  },
  [`GET ${repo}/commits/{ref}/status`](state, request) {
    const { ref = '' } = request.params
    const own = state.statuses.filter(({ sha }) => sha === ref)
    return paged(own, request, page => shapes.combinedStatus(ref, page))
  },
}
