/** The seven characters people call a commit, and so a release, by. */
export const shortSha = (sha: string): string => sha.slice(0, 7)

/** A text with every commit in it called by its short name. */
export const withShortShas = (text: string): string => text.replace(/\b[0-9a-f]{40}\b/g, shortSha)
