/** A pull request, wherever it is: on GitHub, or a branch that was pushed here. */
export interface PullRequest {
  number: number
  title: string
  branch: string
  author: string
  /** Newest commit of its branch. */
  sha: string
  state: 'open' | 'closed' | 'merged'
  /** Its commits are of another repository: written by anybody. */
  isFork: boolean
  page: string | null
}
