/**
 * What people call a ref of git: the branch, `tag v1`, `pull request 2`.
 *
 * @example refInWords('refs/pull/2/merge') // 'pull request 2'
 */
export function refInWords(ref: string): string {
  const queued = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-[0-9a-f]+$/.exec(ref)
  if (queued) return `pull request ${queued[2]}, queued for ${queued[1]}`
  const pull = /^refs\/pull\/(\d+)\/(?:merge|head)$/.exec(ref)
  if (pull) return `pull request ${pull[1]}`
  if (ref.startsWith('refs/tags/')) return `tag ${ref.slice('refs/tags/'.length)}`
  return ref.replace(/^refs\/(heads\/)?/, '')
}
