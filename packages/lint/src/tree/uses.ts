import type { ScalarValue, Span } from '@gantry/workflow'

/** What `uses:` names: `owner/name[/path]@ref`, `./path` or `docker://image`. */
export interface Uses extends Span {
  text: string
  kind: 'remote' | 'local' | 'docker'
  /** `owner/name`, in lower case; empty unless remote. */
  repository: string
  /** `owner/name/path`, in lower case; empty unless remote. */
  action: string
  ref: string
  /** Alone on the rest of its line, and nobody else's: a comment may be put behind it. */
  hasOwnLine: boolean
  /** The comment behind it, without `#`. */
  comment: { text: string } & Span
}

export function readUses(value: ScalarValue, file: string): Uses {
  const text = String(value.scalar ?? '').trim()
  const kind = /^(\.\.?|\$)\//.test(text) ? 'local' : text.startsWith('docker:') ? 'docker' : 'remote'
  const at = text.lastIndexOf('@')
  const action = kind === 'remote' ? (at < 0 ? text : text.slice(0, at)).toLowerCase() : ''
  const repository = action.split('/').slice(0, 2).join('/')
  const ref = kind === 'local' || at < 0 ? '' : text.slice(at + 1)
  const comment = commentBehind(value, file)
  return { text, kind, action, repository, ref, comment, hasOwnLine: hasOwnLine(value, file), ...spanOf(value) }
}

export const isCommit = (ref: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)

/** `v4.2.2`, `4`, `v4` as numbers; undefined for branches and commits. */
export function versionNumbers(ref: string): number[] | undefined {
  const [, version] = /^v?(\d+(?:\.\d+){0,2})$/.exec(ref) ?? []
  return version?.split('.').map(Number)
}

const spanOf = ({ from, to }: Span): Span => ({ from, to })

const hasOwnLine = (value: ScalarValue, file: string): boolean =>
  !value.isShared &&
  !value.isBlock &&
  !file.slice(value.from, value.to).includes('\n') &&
  /^[ \t]*(#[^\n]*|\r?)(\n|$)/.test(file.slice(value.to, value.to + 1000))

function commentBehind(value: Span, file: string): Uses['comment'] {
  const end = file.indexOf('\n', value.to)
  const rest = file.slice(value.to, end < 0 ? undefined : end)
  const [, before = '', text = ''] = /^(\s+#\s*)(.*?)\s*$/.exec(rest) ?? []
  const from = value.to + before.length
  return { text, from, to: from + text.length }
}
