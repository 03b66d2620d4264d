/** The seven characters people call a release by. */
export const shortSha = (sha: string): string => sha.slice(0, 7)

/** `1 event`, `412 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`

/** `4.1 %`; null is no data, never 0. What is tiny is not nought, and what is almost all is not all. */
export function percent(share: number | null): string {
  if (share === null) return 'no data'
  if (share === 0 || share === 1) return `${share * 100} %`
  if (share < 0.001) return '< 0.1 %'
  const isNearEnd = share < 0.1 || (share >= 0.99 && share < 1)
  const shown = (share * 100).toFixed(isNearEnd ? 1 : 0)
  return shown === '100.0' ? '> 99.9 %' : `${shown} %`
}

/** `Ann <ann@example.com>` is called Ann. */
export const nameOf = (author: string): string => /^(.*?)\s*</.exec(author)?.[1] || author

/** `refs/heads/main` is called main. */
export const branchOf = (ref: string): string => ref.replace(/^refs\/(heads|tags)\//, '')

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `service=api&q=…` from the fields that say something. */
export function queryString(fields: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text ? `?${text}` : ''
}
