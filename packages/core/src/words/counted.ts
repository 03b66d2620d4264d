/** Of more issues than this it is only said that there are more: to count them all takes longer than to find the newest. */
export const mostIssuesCounted = 10_000

/** `1 event`, `1,412 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`
