import { pagePath } from '../project/current-project.ts'

/** Whether the address is still that of a run: who pressed Back is there before this screen knows. */
export const isShown = (run: string): boolean =>
  window.location.pathname === pagePath(`/runs/${encodeURIComponent(run)}`)
