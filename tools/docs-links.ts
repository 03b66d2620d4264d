import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { SourceFile } from './source-files.ts'

export const isMarkdown = (path: string): boolean => path.endsWith('.md')

/** One sentence for each relative link that leads nowhere: no such file, or no such heading in it. */
export function brokenLinks(files: readonly SourceFile[], exists: (path: string) => boolean): string[] {
  const anchors = new Map(files.map(({ path, text }) => [path, anchorsOf(text)]))
  return files.flatMap(({ path, text }) =>
    linksOf(text).flatMap(({ target, line }) => {
      const [file = '', anchor] = target.split('#')
      const to = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(file)))
      if (to.startsWith('..')) return [`${path}:${line}: ${target} leaves the repository`]
      if (!exists(to)) return [`${path}:${line}: ${target}: there is no ${to}`]
      if (!anchor || !anchors.has(to) || anchors.get(to)?.has(anchor)) return []
      return [`${path}:${line}: ${target}: ${to} has no heading #${anchor}`]
    }),
  )
}

export const existsBelow =
  (root: string) =>
  (path: string): boolean =>
    existsSync(join(root, path))

function linksOf(text: string): { target: string; line: number }[] {
  return withoutCode(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g)].map(match => ({
        target: match[1] ?? match[2] ?? '',
        line: index + 1,
      })),
    )
    .filter(({ target }) => !elsewhere.test(target))
}

/** Addresses, and pages of GitHub beside the files of the repository, such as a workflow's badge. */
const elsewhere = /^[a-z][a-z0-9+.-]*:|^\/|^\.\.\/\.\.\/actions\//i

/** Headings as GitHub names them, and explicit `<a id>`s. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = [...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading)
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  const ids = [...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id)
  return new Set([...headings, ...ids])
}

const slugOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

/** Blanks out code so that line numbers stay. */
const withoutCode = (text: string) => withoutFences(text).replace(/`[^`\n]+`/g, '')
const withoutFences = (text: string) =>
  text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, block => block.replace(/[^\n]/g, ''))
