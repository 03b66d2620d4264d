import { createHash } from 'node:crypto'

const line = /^.*Made by `gantry init`.* sha256:([0-9a-f]{16}|-{16}).*\n/m
const empty = '-'.repeat(16)

/** Whose a file is: ours as we left it, ours with changes by a person, or somebody else's. */
export type Authorship = 'ours' | 'edited' | 'theirs'

/**
 * Puts the line that says where a file comes from on top of it, or behind the front matter of a Markdown page. The hash
 * in it is of everything else: as long as it fits, nobody has edited the file and it may be made again.
 */
export function withMark(path: string, body: string): string {
  const text = 'Made by `gantry init`; yours once you edit it: then it is left alone.'
  const mark = path.endsWith('.md') ? `<!-- ${text} sha256:${empty} -->` : `${comment(path)} ${text} sha256:${empty}`
  const [frontMatter = ''] = path.endsWith('.md') ? (/^---\n[\s\S]*?\n---\n/.exec(body) ?? []) : []
  const rest = body.slice(frontMatter.length)
  const gap = path.endsWith('.md') && !rest.startsWith('\n') ? '\n' : ''
  return sealed(`${frontMatter}${mark}\n${gap}${rest}`)
}

/** The same text with the hash that fits it, for instance after a formatter moved a space. */
export function sealed(text: string): string {
  return text.replace(/(Made by `gantry init`.* sha256:)([0-9a-f]{16}|-{16})/, `$1${hashOf(text)}`)
}

export function authorshipOf(text: string): Authorship {
  const [, hash] = line.exec(head(text)) ?? []
  if (hash === undefined) return 'theirs'
  return hash === hashOf(text) ? 'ours' : 'edited'
}

/** Line ends do not count: git may change them on checkout. */
const hashOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n').replace(line, '')).digest('hex').slice(0, 16)

/** A file that only speaks of such a line further down is not one of ours. */
const head = (text: string) => `${text.replaceAll('\r\n', '\n').split('\n').slice(0, 12).join('\n')}\n`

const comment = (path: string) => (path.endsWith('.ts') ? '//' : '#')
