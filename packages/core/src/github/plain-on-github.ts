/** What makes Markdown of a text. */
const marks = /[\\`*_{}[\]<>#|~]/g
const invisible = '\u200b'

/**
 * A text of somebody's as GitHub shows it in a comment: as it is, in one line, calling nobody and leading nowhere. Names of people
 * and titles of errors are written by whoever likes to.
 */
export const plainOnGitHub = (text: string): string =>
  text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(marks, '\\$&')
    .replaceAll('@', `@${invisible}`)
    .replaceAll('://', `:${invisible}//`)
    .replace(/\bwww\./gi, found => `${found.slice(0, 3)}${invisible}.`)
    .replace(/\bGH-(?=\d)/gi, found => `${found}${invisible}`)
