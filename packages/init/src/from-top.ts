/** A path of the workspace as the repository knows it. @example fromTop('frontend', '.') // 'frontend' */
export const fromTop = (base: string, path: string): string =>
  base === '' ? path : path === '.' ? base : `${base}/${path}`
