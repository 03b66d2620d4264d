import type { IndexTerm } from '../index/index-term.ts'

const quoted = (text: string) => `"${text}"`

/** As FTS5 reads it behind `match`. Words of the index hold letters, digits, `_` and `=` alone. */
export function fts5Match(term: IndexTerm): string {
  switch (term.kind) {
    case 'word':
      return quoted(term.word)
    case 'start':
      return `${quoted(term.start)}*`
    case 'and':
    case 'or':
      return `(${term.of.map(fts5Match).join(term.kind === 'and' ? ' AND ' : ' OR ')})`
    case 'less':
      return `(${fts5Match(term.of)} NOT (${term.less.map(fts5Match).join(' OR ')}))`
  }
}
