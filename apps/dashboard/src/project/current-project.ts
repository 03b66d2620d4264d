/** A page is of one project, from its address, until it is left: another project is another page. */
export function currentProject(pathname: string = globalThis.location?.pathname ?? '/'): string | null {
  const named = /^\/p\/([^/]+)/.exec(pathname)?.[1]
  return named === undefined ? null : decodeURIComponent(named)
}

/** Where the screens of a project are. */
export const projectPath = (project: string): string => `/p/${encodeURIComponent(project)}`

/** The whole address of a screen of this page's project: `/runs/7` is at `/p/shop/runs/7`. */
export function pagePath(path: string): string {
  const project = currentProject()
  return project === null ? path : `${projectPath(project)}${path === '/' ? '' : path}`
}

/** Where the API has what belongs to this page's project, below /api/v1. */
export const ofProject = (path: string): string => `/projects/${encodeURIComponent(currentProject() ?? '')}${path}`
